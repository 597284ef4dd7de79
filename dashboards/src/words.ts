// Languages, and the words of the catalogue in one of them.
import { catalogue } from './texts';

export const languages = ['fr', 'en'] as const;
export type Language = (typeof languages)[number];
export type TextKey = keyof typeof catalogue;

export const numberings = ['csp', 'asip-2018'] as const;
export type Numbering = (typeof numberings)[number];

// The slugs are the keys everywhere; the number is only shown, and never without its label.
export const activities = {
  csp: ['physical_sites', 'hardware', 'virtual_infrastructure', 'application_platform', 'administration', 'backup'],
  'asip-2018': ['physical_sites', 'hardware', 'application_platform', 'virtual_infrastructure', 'administration', 'backup'],
} as const;
export type Activity = (typeof activities)['csp'][number];

const narrowSpace = '\u202f';

// French typography: a narrow no-break space before : ; ? ! % and inside « ».
export function frenchSpaces(text: string): string {
  return text.replace(/ (?=[:;?!%»])/g, narrowSpace).replace(/(?<=«) /g, narrowSpace);
}

export class Words {
  constructor(
    readonly language: Language,
    readonly numbering: Numbering,
  ) {}

  text(key: TextKey): string {
    const found = catalogue[key][this.language];
    return this.language === 'fr' ? frenchSpaces(found) : found;
  }

  // The activities in the order of their numbers.
  activities(): readonly Activity[] {
    return activities[this.numbering];
  }

  activity(slug: Activity): string {
    return `${this.activities().indexOf(slug) + 1} ${this.text(`activity_${slug}`)}`;
  }

  // For the heads of narrow columns.
  shortActivity(slug: Activity): string {
    return `${this.activities().indexOf(slug) + 1} ${this.text(`short_${slug}`)}`;
  }
}
