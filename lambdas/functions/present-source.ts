import type { Source } from '../core/types.ts';

export interface PresentedSource {
  title: string;
  publisher: string;
  section: string;
  url: string;
  year?: string;
}

/** What a reader needs to find it: how we read it is our affair. */
export function presentSource({ title, publisher, section, url, year }: Source): PresentedSource {
  return { title, publisher, section, url, ...(year !== undefined && { year }) };
}
