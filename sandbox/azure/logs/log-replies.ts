import type { JsonObject } from '../../../src/domain/json.ts';
import type { Reply } from '../reply.ts';
import type { KustoAnswer } from './run-kusto.ts';

function fail(status: number, code: string, message: string, inner?: JsonObject): Reply {
  return { status, body: { error: { message, code, ...(inner === undefined ? {} : { innererror: inner }) } } };
}

function badArgument(inner: JsonObject): Reply {
  return fail(400, 'BadArgumentError', 'The request had some invalid properties', inner);
}

/** How Log Analytics refuses. Source: Microsoft, "Azure Monitor Log Analytics API errors". */
export const logReplies = {
  pathNotFound: fail(404, 'PathNotFoundError', 'The requested path does not exist'),
  workspaceNotFound: fail(404, 'WorkspaceNotFoundError', 'The requested workspace could not be found'),
  insufficientAccess: fail(
    403,
    'InsufficientAccessError',
    'The provided credentials have insufficient access to perform the requested operation',
  ),
  syntax: badArgument({
    code: 'SyntaxError',
    message: 'A recognition error occurred in the query.',
    innererror: { code: 'SYN0002', message: 'Query could not be parsed' },
  }),
  unresolved: (name: string) =>
    badArgument({
      code: 'SemanticError',
      message: 'A semantic error occurred.',
      innererror: { code: 'SEM0100', message: `Failed to resolve table or column or scalar expression named '${name}'` },
    }),
  invalidBody: badArgument({ code: 'InvalidBody', message: 'The body names no query.' }),
  throttled: {
    ...fail(429, 'ThrottledError', 'Too many requests: the limit of queries has been reached.'),
    headers: { 'retry-after': '30' },
  },
} as const;

const partial = {
  code: 'PartialError',
  message: 'There were some errors when processing your query.',
  details: [
    {
      code: 'EngineError',
      message: 'Something went wrong processing your query on the server.',
      innererror: {
        code: '-2133196797',
        message:
          'The results of this query exceed the set limit, so not all records were returned (E_QUERY_RESULT_SET_TOO_LARGE, 0x80DA0003).',
        severity: 2,
        severityName: 'Error',
      },
    },
  ],
};

/** The rows; where they are not all, the same with an error, still under the status 200. */
export function replyTable({ columns, rows, isCut }: KustoAnswer): Reply {
  const error = isCut ? `,"error":${JSON.stringify(partial)}` : '';
  const body = `{"tables":[{"name":"PrimaryResult","columns":${JSON.stringify(columns)},"rows":[${rows.join(',')}]}]${error}}`;
  return { status: 200, body };
}
