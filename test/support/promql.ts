import { parser } from '@prometheus-io/lezer-promql';

/** One place in a query where a metric is read. */
export interface Selector {
  readonly metric: string;
  /** By label, as written: operator and text. */
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly text: string }[];
  /** Range, as written (`5m`), or null for an instant. */
  readonly range: string | null;
  /** Functions around it, innermost first. */
  readonly functions: readonly string[];
}

export interface ParsedQuery {
  /** Places that the grammar does not know. */
  readonly errors: number;
  readonly selectors: readonly Selector[];
}

type Node = ReturnType<typeof parser.parse>['topNode'];

/** What Grafana puts into a query before Prometheus sees it, as an example. */
export function substituteVariables(query: string): string {
  return query
    .replaceAll(/\$__rate_interval|\$__interval/g, '5m')
    .replaceAll('$__range', '6h')
    .replaceAll(/\$\{(\w+)\}|\$(\w+)/g, '.+');
}

export function parseQuery(query: string): ParsedQuery {
  const tree = parser.parse(query);
  const textOf = (node: Node | null): string => (node === null ? '' : query.slice(node.from, node.to));
  const selectors: Selector[] = [];
  let errors = 0;
  tree.iterate({
    enter: (reference) => {
      if (reference.type.isError) errors += 1;
      if (reference.name === 'VectorSelector') selectors.push(readSelector(reference.node, textOf));
    },
  });
  return { errors, selectors };
}

function readSelector(node: Node, textOf: (node: Node | null) => string): Selector {
  const matchers = node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
  const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : null;
  const functions: string[] = [];
  for (let around = node.parent; around !== null; around = around.parent) {
    if (around.name === 'FunctionCall') functions.push(textOf(around.getChild('FunctionIdentifier')));
  }
  return {
    metric: textOf(node.getChild('Identifier')),
    matchers: matchers.map((matcher) => ({
      label: textOf(matcher.getChild('LabelName')),
      operator: textOf(matcher.getChild('MatchOp')),
      text: textOf(matcher.getChild('StringLiteral')).slice(1, -1),
    })),
    range: matrix === null ? null : textOf(matrix.getChild('DurationExpr')),
    functions,
  };
}
