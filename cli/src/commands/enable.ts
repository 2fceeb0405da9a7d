import type { Command } from 'commander';
import type { Act } from '../session.ts';
import { addSwitch } from './toggle.ts';

/** `ffctl enable`: the flag's rules and default decide from now on. */
export function addEnable(program: Command, act: Act): void {
  addSwitch(program, act, {
    name: 'enable',
    description: 'Enable a flag in an environment',
    turn: () => true,
  });
}
