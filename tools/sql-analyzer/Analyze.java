import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import com.google.zetasql.Analyzer;
import com.google.zetasql.AnalyzerOptions;
import com.google.zetasql.LanguageOptions;
import com.google.zetasql.SimpleCatalog;
import com.google.zetasql.SimpleTable;
import com.google.zetasql.SqlException;
import com.google.zetasql.Type;
import com.google.zetasql.ZetaSQLBuiltinFunctionOptions;
import com.google.zetasql.ZetaSQLOptions.ErrorMessageMode;
import com.google.zetasql.ZetaSQLOptions.ProductMode;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedColumnDefinition;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateStatement;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateTableStmtBase;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedCreateViewBase;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedOutputColumn;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedQueryStmt;
import com.google.zetasql.resolvedast.ResolvedNodes.ResolvedStatement;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Asks Google's own SQL analyzer what statements mean for given tables, without running them.
 *
 * Reads one JSON request a line on standard input: {"tables": [{"path": ["project", "dataset", "table"], "columns": [{"name",
 * "type"}]}], "sql": "a statement, or a script of statements that end in ;"}. Answers one line of JSON each: {"statements": [{"kind",
 * "path", "columns"}], "error": null or {"message", "line", "column"}}. `columns` are those of a query, or of the table or view that a
 * statement creates at `path`; what a script creates is known to its later statements. The first error ends a script.
 */
public final class Analyze {
  private static final Pattern TOKEN =
      Pattern.compile("--[^\n]*|#[^\n]*|/\\*.*?\\*/|'''.*?'''|\"\"\".*?\"\"\"|'(?:\\\\.|[^'\\\\])*'|\"(?:\\\\.|[^\"\\\\])*\"|`[^`]*`|;",
          Pattern.DOTALL);
  private static final Pattern DECLARE = Pattern.compile("(?is)\\s*declare\\s+(\\w+)\\s+([\\w<>, ]+?)(?:\\s+default\\s+(.*))?");
  private static final Pattern SET = Pattern.compile("(?is)\\s*set\\s*\\(?\\s*\\w+\\s*\\)?\\s*=\\s*\\((.*)\\)\\s*");
  private static final Pattern PLACE = Pattern.compile("\\[at (\\d+):(\\d+)\\]");
  private static final Gson GSON = new Gson().newBuilder().serializeNulls().disableHtmlEscaping().create();

  record Column(String name, String type) {}

  record Table(List<String> path, List<Column> columns) {}

  record Request(List<Table> tables, String sql) {}

  record Statement(String kind, List<String> path, List<Column> columns) {}

  record Failure(String message, int line, int column) {}

  record Answer(List<Statement> statements, Failure error) {}

  private static final LanguageOptions LANGUAGE = language();

  /** The functions of the language, asked for once; each request has its own tables beneath. */
  private static final SimpleCatalog CATALOG = new SimpleCatalog("root");

  static {
    CATALOG.addZetaSQLFunctionsAndTypes(new ZetaSQLBuiltinFunctionOptions(LANGUAGE));
  }

  private final AnalyzerOptions options = new AnalyzerOptions();
  private final Map<String, SimpleCatalog> schemas = new HashMap<>();
  private final Map<String, Type> types = new HashMap<>();
  private final List<String> variables = new ArrayList<>();

  private Analyze() {
    options.setLanguageOptions(LANGUAGE);
    options.setErrorMessageMode(ErrorMessageMode.ERROR_MESSAGE_ONE_LINE);
    options.setPruneUnusedColumns(false);
  }

  private static LanguageOptions language() {
    LanguageOptions language = new LanguageOptions().enableMaximumLanguageFeatures();
    language.setProductMode(ProductMode.PRODUCT_EXTERNAL);
    language.setSupportsAllStatementKinds();
    language.enableReservableKeyword("QUALIFY");
    return language;
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) out.println(GSON.toJson(answer(line)));
  }

  private static Answer answer(String line) {
    List<Statement> statements = new ArrayList<>();
    Analyze analyze = new Analyze();
    try {
      Request request = GSON.fromJson(line, Request.class);
      for (Table table : request.tables()) analyze.add(table);
      for (String statement : split(withoutComments(request.sql()))) statements.add(analyze.statement(statement));
      return new Answer(statements, null);
    } catch (SqlException | JsonParseException error) {
      return new Answer(statements, failure(error.getMessage()));
    } finally {
      analyze.forget();
    }
  }

  /** The same text with white space in place of its comments. */
  private static String withoutComments(String script) {
    return TOKEN.matcher(script).replaceAll(token -> Matcher.quoteReplacement(
        token.group().matches("(?s)(--|#|/\\*).*") ? token.group().replaceAll("[^\n]", " ") : token.group()));
  }

  /** The statements of a script, each preceded by the line feeds before it, so that places in it are places in the script. */
  private static List<String> split(String script) {
    List<String> statements = new ArrayList<>();
    int from = 0;
    for (Matcher token = TOKEN.matcher(script); token.find(); ) {
      if (!token.group().equals(";")) continue;
      addStatement(statements, script, from, token.start());
      from = token.end();
    }
    addStatement(statements, script, from, script.length());
    return statements;
  }

  private static void addStatement(List<String> statements, String script, int from, int to) {
    String body = script.substring(from, to);
    if (body.isBlank()) return;
    statements.add("\n".repeat((int) script.substring(0, from).chars().filter(character -> character == '\n').count()) + body);
  }

  private Statement statement(String text) {
    Matcher declare = DECLARE.matcher(text);
    if (declare.matches()) return declare(declare.group(1), declare.group(2), declare.group(3));
    Matcher set = SET.matcher(text);
    if (set.matches()) return new Statement("Set", null, analyze("(" + set.group(1) + ")").columns());
    return analyze(text);
  }

  /** A variable of the script is a query parameter to the analyzer, which knows statements only. */
  private Statement declare(String name, String type, String value) {
    options.addQueryParameter(name, typeOf(type));
    variables.add(name);
    return new Statement("Declare", null, value == null ? List.of() : analyze("select " + value + " as " + name + "_").columns());
  }

  private Statement analyze(String text) {
    String parameterized = text;
    for (String name : variables) parameterized = parameterized.replaceAll("(?i)(?<![.@`\\w])" + name + "(?![`\\w(])", "@" + name);
    ResolvedStatement resolved = Analyzer.analyzeStatement(parameterized, options, CATALOG);
    Statement statement = new Statement(kindOf(resolved), pathOf(resolved), columnsOf(resolved));
    if (statement.path() != null && statement.columns() != null) add(new Table(statement.path(), statement.columns()));
    return statement;
  }

  private static String kindOf(ResolvedStatement statement) {
    return statement.getClass().getSimpleName().replaceAll("^Resolved|Stmt$", "");
  }

  private static List<String> pathOf(ResolvedStatement statement) {
    return statement instanceof ResolvedCreateStatement create ? create.getNamePath() : null;
  }

  private static List<Column> columnsOf(ResolvedStatement statement) {
    if (statement instanceof ResolvedQueryStmt query) return outputs(query.getOutputColumnList());
    if (statement instanceof ResolvedCreateViewBase view) return outputs(view.getOutputColumnList());
    if (statement instanceof ResolvedCreateTableStmtBase table) return definitions(table.getColumnDefinitionList());
    return null;
  }

  private static List<Column> outputs(List<ResolvedOutputColumn> columns) {
    return columns.stream().map(column -> new Column(column.getName(), nameOf(column.getColumn().getType()))).toList();
  }

  private static List<Column> definitions(List<ResolvedColumnDefinition> columns) {
    return columns.stream().map(column -> new Column(column.getName(), nameOf(column.getType()))).toList();
  }

  private static String nameOf(Type type) {
    return type.typeName(ProductMode.PRODUCT_EXTERNAL);
  }

  private void add(Table table) {
    SimpleTable simple = new SimpleTable(table.path().get(table.path().size() - 1));
    for (Column column : table.columns()) simple.addSimpleColumn(column.name(), typeOf(column.type()));
    SimpleCatalog schema = schemaOf(table.path().subList(0, table.path().size() - 1));
    if (schema.getTableNameList().contains(simple.getName().toLowerCase())) return;
    schema.addSimpleTable(simple);
  }

  private SimpleCatalog schemaOf(List<String> path) {
    if (path.isEmpty()) return CATALOG;
    SimpleCatalog known = schemas.get(String.join(".", path));
    if (known != null) return known;
    SimpleCatalog made = schemaOf(path.subList(0, path.size() - 1)).addNewSimpleCatalog(path.get(path.size() - 1));
    schemas.put(String.join(".", path), made);
    return made;
  }

  private Type typeOf(String name) {
    return types.computeIfAbsent(name.toLowerCase(),
        type -> Analyzer.analyzeExpression("cast(null as " + type + ")", options, CATALOG).getType());
  }

  private void forget() {
    for (String name : schemas.keySet()) if (!name.contains(".")) CATALOG.removeSimpleCatalog(name);
  }

  private static Failure failure(String message) {
    Matcher place = PLACE.matcher(message);
    if (!place.find()) return new Failure(message, 0, 0);
    return new Failure(message.substring(0, place.start()).trim(), Integer.parseInt(place.group(1)), Integer.parseInt(place.group(2)));
  }
}
