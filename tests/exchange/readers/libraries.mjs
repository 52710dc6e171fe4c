// What is bundled (esbuild) for the checks: Node 18, Debian 12's, does not take dcmjs' own build for a module.
export { default as dcmjs } from 'dcmjs';
export * as adapters from '@cornerstonejs/adapters';
export { metaData } from '@cornerstonejs/core';
