import java.io.File;
import java.io.OutputStream;
import java.io.PrintStream;

/** Runs ANAF's D406 validator on one file: Judge FILE YEAR MONTH TYPE ERRORS. Prints "version=V rc=N". */
public class Judge {
    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        PrintStream silent = new PrintStream(OutputStream.nullOutputStream());
        dec.LogTrace.init(args[4] + ".log", args[4] + ".trc", 0, 100, true);
        dec.Validation validation =
            (dec.Validation) Class.forName("d406validator.Validator").getDeclaredConstructor().newInstance();
        int code;
        try {
            // The validator prints debug text while it parses.
            System.setOut(silent);
            System.setErr(silent);
            code = validation.parseDocument(
                args[0], args[4], Integer.parseInt(args[1]), Integer.parseInt(args[2]), args[3]);
        } finally {
            System.setOut(out);
            dec.LogTrace.close();
        }
        out.println("version=" + validation.getLastVersion() + " rc=" + code);
    }
}
