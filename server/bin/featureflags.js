#!/usr/bin/env node
import { launch } from '../../scripts/runtime.js';

await launch(new URL('../src/main.ts', import.meta.url));
