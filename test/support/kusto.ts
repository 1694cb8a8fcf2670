import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createContext, runInContext } from 'node:vm';

/** What the language service says of one query. */
export interface BoundQuery {
  /** `KS142: The name 'x' does not refer to ...`; empty where the query parses and every name in it is known. */
  readonly diagnostics: readonly string[];
  /** Name and type of each column of the result, in order. */
  readonly columns: readonly (readonly [name: string, type: string])[];
}

/** Table -> column -> type. */
export type TableColumns = { readonly [table: string]: { readonly [column: string]: string } };

interface KustoList<T> {
  readonly Count: number;
  getItem(index: number): T;
}

interface KustoCode {
  GetDiagnostics(): KustoList<{ readonly Code: string; readonly Message: string }>;
  readonly ResultType: { readonly Columns?: KustoList<{ readonly Name: string; readonly Type: { readonly Name: string } }> } | null;
}

/** The few members that are used of a library whose own types are those of a C# compiler. */
interface KustoLanguage {
  readonly Symbols: {
    readonly TableSymbol: { readonly $ctor7: new (name: string, schema: string, description: null) => object };
    readonly DatabaseSymbol: { readonly ctor: new (name: string, tables: readonly object[]) => object };
  };
  readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
  readonly KustoCode: { ParseAndAnalyze(query: string, globals: object): KustoCode };
}

/** A function that parses and binds queries against these tables. */
export function createKustoBinder(tables: TableColumns): (query: string) => BoundQuery {
  const language = loadLanguage();
  const { TableSymbol, DatabaseSymbol } = language.Symbols;
  const symbols = Object.entries(tables).map(([name, columns]) => new TableSymbol.$ctor7(name, schemaOf(columns), null));
  const globals = language.GlobalState.Default.WithDatabase(new DatabaseSymbol.ctor('estate', symbols));
  return (query) => {
    const code = language.KustoCode.ParseAndAnalyze(query, globals);
    return {
      diagnostics: itemsOf(code.GetDiagnostics()).map(({ Code, Message }) => `${Code}: ${Message}`),
      columns: itemsOf(code.ResultType?.Columns).map(({ Name, Type }) => [Name, Type.Name] as const),
    };
  };
}

/** Names in brackets and quotes: a column that is also a word of the language (`kind`) would cut the schema short, without a word. */
function schemaOf(columns: TableColumns[string]): string {
  return `(${Object.entries(columns)
    .map(([name, type]) => `['${name}']:${type}`)
    .join(', ')})`;
}

/** In a context of its own, since it makes globals, and tests that share a thread must not see them. */
function loadLanguage(): KustoLanguage {
  const require = createRequire(import.meta.url);
  const context = createContext({ console });
  const files = [
    require.resolve('@kusto/language-service-next/bridge.min.js'),
    require.resolve('@kusto/language-service-next/Kusto.Language.Bridge.min.js'),
  ];
  for (const filename of files) runInContext(readFileSync(filename, 'utf8'), context, { filename });
  return runInContext('Kusto.Language', context) as KustoLanguage;
}

function itemsOf<T>(list: KustoList<T> | null | undefined): readonly T[] {
  return list === null || list === undefined ? [] : Array.from({ length: list.Count }, (_, index) => list.getItem(index));
}
