import type { Socket } from 'node:net';
import { type Stopwatch, startStopwatch } from '../stopwatch.ts';
import type { PathFault } from './ask-path.ts';
import { type ConnectNeeds, type ConnectTarget, connectTcp } from './connect-tcp.ts';

/** A connection that is there, and the stopwatch that runs since it was asked for and is its owner's to stop. */
export interface OpenConnection {
  readonly socket: Socket;
  readonly stopwatch: Stopwatch;
}

/** Asks on the given connection, which is its own to end. */
export type Ask<Question, Answer> = (question: Question, connection: OpenConnection) => Promise<Answer>;

/** Asks everything at the same time, each on a connection of its own; the first question takes the connection that is there. Answers in the order of the questions. */
export async function askEach<Question extends { readonly path: string }, Answer>(
  questions: readonly [Question, ...Question[]],
  first: OpenConnection,
  target: ConnectTarget,
  needs: ConnectNeeds,
  ask: Ask<Question, Answer>,
): Promise<readonly (Answer | (Question & PathFault))[]> {
  const [firstQuestion, ...others] = questions;
  return Promise.all([ask(firstQuestion, first), ...others.map((question) => connectAndAsk(question, target, needs, ask))]);
}

async function connectAndAsk<Question extends { readonly path: string }, Answer>(
  question: Question,
  target: ConnectTarget,
  needs: ConnectNeeds,
  ask: Ask<Question, Answer>,
): Promise<Answer | (Question & PathFault)> {
  const stopwatch = startStopwatch();
  try {
    const connection = await connectTcp(target, needs);
    switch (connection.kind) {
      case 'connected':
        return await ask(question, { socket: connection.socket, stopwatch });
      case 'refused':
        return { ...question, fault: { code: 'unreachable', message: 'a further connection was refused' } };
      case 'silent':
        return { ...question, fault: { code: 'timeout', message: 'a further connection was not accepted' } };
      case 'fault':
        return { ...question, fault: connection.fault };
    }
  } finally {
    stopwatch.stop();
  }
}
