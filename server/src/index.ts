export type { Setting } from './config.ts';
export { effectiveConfig, openFile, serve } from './main.ts';
export { VERSION } from './version.ts';
