import { MongoBulkWriteError, MongoServerError } from 'mongodb';

export const DUPLICATE_KEY = 11_000;

/** True when nothing went wrong but that rows were there already. */
export function isOnlyDuplicates(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError)) {
    return error instanceof MongoServerError && error.code === DUPLICATE_KEY;
  }
  if (error.result.getWriteConcernError() !== undefined) return false;
  const { writeErrors } = error;
  const each = Array.isArray(writeErrors) ? writeErrors : [writeErrors];
  return each.length > 0 && each.every(({ code }) => code === DUPLICATE_KEY);
}
