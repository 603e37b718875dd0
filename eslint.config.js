import tseslint from 'typescript-eslint';

/** Functions of Math whose last bits ECMAScript leaves to the engine. */
const ENGINE_DEPENDENT = [
  'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh',
]
  .join(' ')
  .split(' ');

/** DESIGN 5.2: what a deterministic simulation must not know of. */
const DETERMINISTIC = {
  'no-restricted-globals': [
    'error',
    ...[
      'Date',
      'performance',
      'setTimeout',
      'setInterval',
      'setImmediate',
      'queueMicrotask',
      'process',
      'crypto',
      'fetch',
      'navigator',
      'Intl',
      'globalThis',
    ].map((name) => ({ name, message: 'sim and scenarios have no clock, timer, environment or network.' })),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Use a named Random stream.' },
    ...ENGINE_DEPENDENT.map((property) => ({
      object: 'Math',
      property,
      message: 'Differs between engines: use sim/src/math.ts.',
    })),
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector: "BinaryExpression[operator='**']:not([right.type='Literal'][right.raw=/^[0-9]+$/])",
      message: 'Only whole, literal exponents are exact: use pow of sim/src/math.ts.',
    },
    {
      selector: "AssignmentExpression[operator='**=']",
      message: 'Use a whole, literal exponent or pow of sim/src/math.ts.',
    },
    { selector: 'CallExpression[callee.property.name=/^toLocale/]', message: 'Depends on the machine.' },
    {
      selector: "MemberExpression[object.name='Math'][computed=true]",
      message: 'Name the function, so that this rule can see it.',
    },
    {
      selector: "VariableDeclarator[init.name='Math']",
      message: 'Call Math by its name, so that this rule can see it.',
    },
  ],
};

export default tseslint.config(
  { ignores: ['**/node_modules/**', '**/dist/**', '.gauntlet/**'] },
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      // A schema and its type share one name throughout the protocol.
      '@typescript-eslint/no-redeclare': 'off',
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'The environment is read in server/cli and server/main.ts alone.',
        },
      ],
    },
  },
  { files: ['sim/src/**/*.ts', 'scenarios/**/*.ts'], ignores: ['**/*.test.ts'], rules: DETERMINISTIC },
  {
    files: [
      '**/*.test.ts',
      'server/cli/**',
      'server/main.ts',
      'tools/**',
      'bench/**',
      '**/*.config.*',
      'agents-sdk/src/run-agent.ts',
      'viewer/dev/**',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
);
