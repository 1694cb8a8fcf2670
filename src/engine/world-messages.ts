import type { Look } from '../domain/look.ts';
import type { JudgeReply, JudgeRequest, WorldLook, WorldLookRequest } from './world.ts';

/** Main thread to world. Structured clones: plain data only. */
export type WorldMessage =
  | { readonly kind: 'look'; readonly id: number; readonly request: WorldLookRequest }
  | { readonly kind: 'adopt'; readonly id: number; readonly token: number; readonly look: Look }
  | { readonly kind: 'judge'; readonly id: number; readonly request: JudgeRequest };

/** World to main thread. `ready` comes once, before anything else. */
export type WorldAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly id: number; readonly result: WorldLook | JudgeReply | null }
  | { readonly kind: 'failed'; readonly id: number; readonly error: string };
