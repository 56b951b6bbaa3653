/** Keeps secrets out of what is written. */
export interface Redactor {
  /** Lines shall not hold this text from now on. */
  conceal(secret: string): void;
  redact(json: string): string;
}

const replacement = '[redacted]';
/** Shorter ones would blacken ordinary words and keep nothing secret. */
const shortestSecret = 4;
/** `user:password@` of an address. */
const credentials = /:\/\/[^\s/?#"@]*@/g;

/** Works on lines of JSON, where a secret stands in its escaped form. */
export function createRedactor(): Redactor {
  const secrets = new Set<string>();
  return {
    conceal(secret) {
      if (secret.length >= shortestSecret) secrets.add(JSON.stringify(secret).slice(1, -1));
    },
    redact(json) {
      let line = json.replace(credentials, `://${replacement}@`);
      for (const secret of secrets) line = line.replaceAll(secret, replacement);
      return line;
    },
  };
}
