/** Primary result codes (sqlite.org/rescode.html). */
const codes = { permission: 3, busy: 5, readOnly: 8, corrupt: 11, cannotOpen: 14, notADatabase: 26 } as const;

/** Another connection holds the lock that was needed. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === codes.busy;
}

/** The file is damaged, or is no database. Nothing else is a reason to move it aside: a full disk or a missing right is not. */
export function isCorrupt(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.corrupt || code === codes.notADatabase;
}

/** The system does not let us open or write it. */
export function isForbidden(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.permission || code === codes.readOnly || code === codes.cannotOpen;
}

/** `errcode` may be an extended code, whose lowest byte is the primary one. */
function primaryCode(error: unknown): number | null {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return null;
  return error.errcode & 0xff;
}
