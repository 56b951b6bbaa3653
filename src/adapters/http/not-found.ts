import { nearestName } from '../../domain/rules/nearest-name.js';
import type { ProblemDetails } from './problem.js';
import type { RouteName } from './route.js';

/** 404 of a path that nothing is served at, with the nearest path that something is. */
export function nothingHere(path: string, routes: readonly RouteName[]): ProblemDetails {
  const shown = path.length <= 200 ? path : `${path.slice(0, 199)}…`;
  const near = nearestPath(path, routes);
  const hint = near === null ? 'docs/openapi.yaml lists every address.' : `Did you mean ${near}?`;
  const detail = `There is no ${shown}. ${hint}`;
  return { status: 404, kind: 'nothing-here', title: 'Nothing is served here', detail };
}

/** The template that differs least from the path: each fixed segment is the same or a slip away. */
export function nearestPath(path: string, routes: readonly RouteName[]): string | null {
  const templates = [...new Set(routes.map((route) => route.path))];
  for (const prefix of ['', '/api/v1']) {
    const given = segments(prefix + path);
    let nearest: { readonly template: string; readonly slips: number } | null = null;
    for (const template of templates) {
      const slips = countSlips(given, segments(template));
      if (slips !== null && slips < (nearest?.slips ?? Infinity)) nearest = { template, slips };
    }
    if (nearest !== null) return nearest.template;
  }
  return null;
}

function segments(path: string): readonly string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function countSlips(given: readonly string[], template: readonly string[]): number | null {
  if (given.length !== template.length) return null;
  let slips = 0;
  for (const [index, wanted] of template.entries()) {
    const segment = given[index] ?? '';
    if (wanted.startsWith('{') || segment === wanted) continue;
    if (nearestName(segment, [wanted]) === null) return null;
    slips += 1;
  }
  return slips;
}

/** 405 of a path that is served, but not with this method. */
export function methodNotAllowed(method: string, allow: string): ProblemDetails {
  const detail = `${method} is not allowed here, only ${allow}.`;
  return { status: 405, kind: 'method', title: 'Method not allowed', detail, headers: { Allow: allow } };
}

/** The methods that a path is served with, as an `Allow` header lists them. */
export function allowedMethods(path: string, routes: readonly RouteName[]): string {
  const methods = routes.filter((route) => route.path === path).map(({ method }) => method);
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}
