import { type AlertmanagerCase, stored, coded, badMedia, badMethod } from './alertmanager-case.js';

/** What stands around the body: content type, method, path. */
export const requestCases: readonly AlertmanagerCase[] = [
  ...['text/plain', 'application/x-www-form-urlencoded'].map((type) => ({
    name: `the content type ${type}`,
    headers: { 'Content-Type': type },
    body: '[]',
    alertmanager: badMedia(type),
  })),
  { name: 'no content type', headers: {}, body: '[]', alertmanager: badMedia('application/octet-stream') },
  ...['application/json; charset=utf-8', 'Application/JSON', 'application/json;'].map((type) => ({
    name: `the content type ${type}`,
    headers: { 'Content-Type': type },
    body: '[]',
    alertmanager: stored,
  })),
  {
    name: 'an Accept header without JSON',
    headers: { 'Content-Type': 'application/json', Accept: 'text/xml' },
    body: '[]',
    alertmanager: stored,
  },
  ...['PUT', 'DELETE', 'PATCH'].map((method) => ({
    name: `the method ${method}`,
    method,
    body: '[]',
    alertmanager: badMethod(method),
  })),
  {
    name: 'an unknown path',
    path: '/api/v2/nothing',
    body: '[]',
    alertmanager: coded(404, 404, 'path /api/v2/nothing was not found'),
  },
  { name: 'a slash at the end of the path', path: '/api/v2/alerts/', body: '[]', alertmanager: stored },
  { name: 'a query', path: '/api/v2/alerts?x=1', body: '[]', alertmanager: stored },
];
