import { countingContract } from './counting.contract.ts';
import { memoryStore } from './memory.ts';
import { storeContract, type Opened } from './store.contract.ts';

function openAnew(): Promise<Opened> {
  return Promise.resolve({ store: memoryStore(), reopen: undefined });
}

storeContract('memory', openAnew);
countingContract('memory', openAnew);
