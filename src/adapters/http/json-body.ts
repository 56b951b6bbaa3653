import type { IncomingMessage } from 'node:http';
import { isWellFormed } from '../../domain/sources/label-pairs.js';
import { describeRefusal, type AlertsRefusal } from './alerts-refusal.js';
import { isJson, parseMediaType } from './media-type.js';
import { parseJson } from '../../app/parse-json.js';
import type { ProblemDetails } from './problem.js';
import { readBody, type BodyLimits } from './read-body.js';

export type JsonBody =
  /** `value` is undefined where there is no body; `bytes` are those that were parsed. */
  | { readonly ok: true; readonly value: unknown; readonly bytes: Buffer }
  | { readonly ok: false; readonly problem: ProblemDetails };

/** Reads the body of a request as one JSON document in UTF-8, or as none. Never rejects. */
export async function readJsonBody(req: IncomingMessage, limits: BodyLimits): Promise<JsonBody> {
  const body = await readBody(req, limits);
  if (body.kind !== 'bytes') return refuse(body);
  const { bytes } = body;
  if (bytes.length === 0) return { ok: true, value: undefined, bytes };
  const header = req.headers['content-type'];
  const media = parseMediaType(header);
  if (!isJson(media)) return refuse({ kind: 'media-type', found: header ?? '' });
  if (media.charset !== null && media.charset !== 'utf-8' && media.charset !== 'utf8') {
    return refuse({ kind: 'charset', found: media.charset });
  }
  const parsed = parseJson(bytes);
  if (parsed.kind === 'empty') return { ok: true, value: undefined, bytes };
  if (parsed.kind !== 'json') return refuse(parsed);
  if (!parsed.wellFormed && !holdsOnlyCharacters(parsed.value)) {
    const message = 'A text in it holds half of a surrogate pair, which is no character.';
    return refuse({ kind: 'invalid', body: null, problems: [{ pointer: '', message, keyword: 'unicode' }] });
  }
  return { ok: true, value: parsed.value, bytes };
}

function refuse(refusal: AlertsRefusal): JsonBody {
  return { ok: false, problem: describeRefusal(refusal) };
}

/** Whether every text and key is whole Unicode: what is not could not be stored and given back as it was. Without recursion. */
function holdsOnlyCharacters(body: unknown): boolean {
  const waiting: unknown[] = [body];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && !isWellFormed(value)) return false;
    if (typeof value !== 'object' || value === null) continue;
    if (!Object.keys(value).every(isWellFormed)) return false;
    for (const below of Object.values(value)) waiting.push(below);
  }
  return true;
}
