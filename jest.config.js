/** Tests are ES modules in TypeScript, run by Node 24 with types stripped by Node itself. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/strip-types.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.cache/'],
  maxWorkers: 2,
};
