import type { Command } from 'commander';
import type { Act } from '../session.ts';
import { addSwitch } from './toggle.ts';

/** `ffctl disable`: everybody gets the off variant from now on. */
export function addDisable(program: Command, act: Act): void {
  addSwitch(program, act, {
    name: 'disable',
    description: 'Disable a flag in an environment: everybody gets its off variant',
    turn: () => false,
  });
}
