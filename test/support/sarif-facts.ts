/**
 * What the schema of SARIF 2.1.0 (OASIS) demands of the parts that Tocsin writes: required properties, closed objects, values
 * and lower bounds, as its definitions of sarifLog, run, tool, toolComponent, reportingDescriptor, result, location,
 * physicalLocation, artifactLocation, region, logicalLocation, message and multiformatMessageString say.
 */
const text = { type: 'string', minLength: 1 } as const;

function closed(required: readonly string[], properties: Readonly<Record<string, object>>): object {
  return { type: 'object', additionalProperties: false, required, properties };
}

const location = closed([], {
  id: { type: 'integer', minimum: -1 },
  physicalLocation: {
    ...closed([], {
      artifactLocation: closed([], {
        uri: { type: 'string', format: 'uri-reference' },
        uriBaseId: text,
        index: { type: 'integer', minimum: -1 },
      }),
      region: closed([], {
        startLine: { type: 'integer', minimum: 1 },
        startColumn: { type: 'integer', minimum: 1 },
        endLine: { type: 'integer', minimum: 1 },
        endColumn: { type: 'integer', minimum: 1 },
      }),
    }),
    anyOf: [{ required: ['address'] }, { required: ['artifactLocation'] }],
  },
  logicalLocations: {
    type: 'array',
    uniqueItems: true,
    items: closed([], { name: text, fullyQualifiedName: text, kind: text }),
  },
});

const formattedText = closed(['text'], { text: { type: 'string' }, markdown: { type: 'string' } });

const rule = closed(['id'], {
  id: { type: 'string' },
  name: { type: 'string' },
  shortDescription: formattedText,
  fullDescription: formattedText,
  help: formattedText,
  helpUri: { type: 'string', format: 'uri' },
});

const result = closed(['message'], {
  ruleId: { type: 'string' },
  ruleIndex: { type: 'integer', minimum: -1 },
  level: { enum: ['none', 'note', 'warning', 'error'] },
  message: {
    ...closed([], { text: { type: 'string' }, markdown: { type: 'string' }, id: { type: 'string' } }),
    anyOf: [{ required: ['text'] }, { required: ['id'] }],
  },
  locations: { type: 'array', items: location },
});

export const sarifFacts: object = closed(['version', 'runs'], {
  $schema: { type: 'string', format: 'uri' },
  version: { enum: ['2.1.0'] },
  runs: {
    type: 'array',
    items: closed(['tool'], {
      tool: closed(['driver'], {
        driver: closed(['name'], {
          name: { type: 'string' },
          version: { type: 'string' },
          rules: { type: 'array', uniqueItems: true, items: rule },
        }),
      }),
      columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
      results: { type: 'array', items: result },
    }),
  },
});
