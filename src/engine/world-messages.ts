import type { RawChange } from '../domain/change.ts';
import type { Look } from '../domain/look.ts';
import type { StoredBody } from '../domain/ports.ts';
import type { DrawnEstate } from './estate-facts.ts';
import type { JudgeReply, JudgeRequest, PrepareRequest, WorldLook, WorldLookRequest } from './world.ts';

/** Main thread to world. Structured clones: plain data only. */
export type WorldMessage =
  | {
      readonly kind: 'look';
      readonly id: number;
      readonly request: WorldLookRequest /** Whether facts are taken while it goes on. */;
      readonly keeps: boolean;
    }
  /** The facts of this number were kept. */
  | { readonly kind: 'kept'; readonly id: number }
  | { readonly kind: 'adopt'; readonly id: number; readonly token: number; readonly look: Look }
  | { readonly kind: 'changes'; readonly id: number; readonly subjects: readonly string[] }
  | { readonly kind: 'draw'; readonly id: number }
  | { readonly kind: 'prepare'; readonly id: number; readonly request: PrepareRequest }
  | { readonly kind: 'judge'; readonly id: number; readonly request: JudgeRequest };

export type WorldResult = WorldLook | JudgeReply | DrawnEstate | readonly RawChange[] | null;

/** World to main thread. `ready` comes once, before anything else. */
export type WorldAnswer =
  | { readonly kind: 'ready' }
  /** Facts of look `id`; the next ones come when these were kept, so that neither thread is flooded. */
  | { readonly kind: 'keep'; readonly id: number; readonly delivery: number; readonly bodies: readonly StoredBody[] }
  | { readonly kind: 'done'; readonly id: number; readonly result: WorldResult }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string };
