/** One thing that is done to the logs, from when it was done on and as far back as it says; all distances in minutes. */
export type LogEdit =
  /** Rows that happened in this time never arrive; `toMinutes` null: neither do those of later. `resource`: only rows of it. */
  | {
      readonly silence: string;
      readonly fromMinutes: number;
      readonly toMinutes: number | null;
      readonly resource?: string;
    }
  /** Rows of a subscription's activity log need so much longer, those of later as well. */
  | { readonly late: string; readonly fromMinutes: number; readonly minutes: number }
  /** The first Administrative event of a subscription after that moment is in no workspace. */
  | { readonly drop: string; readonly agoMinutes: number }
  /** People sign in to Azure Resource Manager with one more application. */
  | { readonly signIn: string; readonly applicationId: string; readonly fromMinutes: number };

export interface DoneLogEdit {
  readonly edit: LogEdit;
  readonly atMs: number;
}
