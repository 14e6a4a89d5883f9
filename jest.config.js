/** Tests are ES modules in TypeScript, run by Node 24 with types stripped by Node itself. */
export default {
  // No test is to fail for a busy machine; one that hangs is found out all the same.
  testTimeout: 60_000,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/scripts/strip-types.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/build/', '<rootDir>/.cache/'],
  maxWorkers: 2,
};
