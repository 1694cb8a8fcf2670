/** What a recorded row holds or points to is not what was written: the file is a sound database with damaged content. */
export class DamagedContentError extends Error {
  override readonly name = 'DamagedContentError';
}
