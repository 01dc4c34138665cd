"""One page a module: `render(context)` reads through `dashboards.data` and draws.

Not named `pages`: Streamlit takes a folder of that name beside the app for pages of its own, and shows them until
`st.navigation` has run once.
"""
