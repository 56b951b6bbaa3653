/** What a promise was rejected with; fails when it was not. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw new Error('It was rejected with something that is no Error.', { cause: error });
  }
  throw new Error('It was not rejected.');
}
