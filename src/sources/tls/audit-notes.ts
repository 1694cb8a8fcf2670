import { type ProtocolVersion, wireVersionOf } from '../../transport/protocol-versions.ts';
import type { Hello, HelloAnswer, HelloAsker, ServerFlight } from './hello.ts';

/** What was asked and answered. */
export interface Note {
  readonly hello: Hello;
  readonly answer: HelloAnswer;
  /** Counts questions and answers alike: what was asked after an answer has a greater number. */
  readonly askedAt: number;
  readonly answeredAt: number;
}

/** Asks, and keeps what was answered: what many hellos show at once need not be asked again. */
export interface Notes extends HelloAsker {
  /** In the order of the answers. */
  readonly all: readonly Note[];
}

/** Who speaks no TLS is asked nothing more. */
export function takeNotes(asker: HelloAsker): Notes {
  const all: Note[] = [];
  let foreign: HelloAnswer | null = null;
  let moment = 0;
  return {
    all,
    ask: async (hello, until) => {
      if (foreign !== null) return foreign;
      moment += 1;
      const askedAt = moment;
      const answer = await asker.ask(hello, until);
      moment += 1;
      all.push({ hello, answer, askedAt, answeredAt: moment });
      const speaksTls = all.some((note) => note.answer.kind === 'hello' || note.answer.kind === 'alert');
      if (answer.kind === 'foreign' && !speaksTls) foreign = answer;
      return answer;
    },
  };
}

/** An answer in the version that was asked for. */
export interface AcceptedNote extends Note {
  readonly answer: ServerFlight;
}

export function isAccepted(note: Note): note is AcceptedNote {
  return isHelloOf(note.answer, note.hello.version);
}

export function isHelloOf(answer: HelloAnswer, version: ProtocolVersion): answer is ServerFlight {
  return answer.kind === 'hello' && answer.wireVersion === wireVersionOf(version);
}

/** Of a client that names this host. */
export function acceptedNotes(notes: Notes, version: ProtocolVersion, serverName: string | null): readonly AcceptedNote[] {
  return notes.all.filter(isAccepted).filter(({ hello }) => hello.version === version && hello.serverName === serverName);
}
