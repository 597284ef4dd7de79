// Writes every dashboard in every language and numbering: main.js FOLDER.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as dashboard from '@grafana/grafana-foundation-sdk/dashboard';
import { backups } from './backups';
import type { Page } from './frame';
import { oncall } from './oncall';
import { overview } from './overview';
import { patches } from './patches';
import { languages, numberings, Words } from './words';

const makers: Record<Page, (words: Words) => dashboard.Dashboard> = { overview, oncall, backups, patches };

// The usual numbering is at the top, where provisioning looks by default.
const folderOf = (words: Words) => (words.numbering === 'csp' ? words.language : path.join(words.numbering, words.language));

function main(folder: string): void {
  for (const numbering of numberings) {
    for (const language of languages) {
      const words = new Words(language, numbering);
      const into = path.join(folder, folderOf(words));
      fs.mkdirSync(into, { recursive: true });
      for (const [page, make] of Object.entries(makers)) {
        const board = make(words);
        board.panels?.forEach((panel, index) => { panel.id = index + 1; });
        fs.writeFileSync(path.join(into, `${page}.json`), `${JSON.stringify(board, null, 2)}\n`);
      }
    }
  }
}

const folder = process.argv[2];
if (folder === undefined) throw new Error('usage: main.js FOLDER');
main(folder);
