/** The clinical data files, typed. `test/clinical-data.test.ts` holds them to their schemas and to these types. */
import conditionFile from '../../data/clinical/conditions.json' with { type: 'json' };
import consistencyFile from '../../data/clinical/consistency.json' with { type: 'json' };
import intendedUseFile from '../../data/clinical/intended_use.json' with { type: 'json' };
import news2File from '../../data/clinical/news2.json' with { type: 'json' };
import redFlagFile from '../../data/clinical/red_flags.json' with { type: 'json' };
import severityCostsFile from '../../data/clinical/severity_costs.json' with { type: 'json' };
import severityPolicyFile from '../../data/clinical/severity_policy.json' with { type: 'json' };
import vitalLimitsFile from '../../data/clinical/vital_limits.json' with { type: 'json' };
import type { ConsistencyFile } from '../core/consistency.ts';
import type { News2Chart } from '../core/news2.ts';
import type { RedFlagFile } from '../core/redflags.ts';
import type { ConditionFile, SeverityPolicy } from '../core/severity.ts';
import type { SeverityCostFile } from '../core/severity-costs.ts';
import type { Localised } from '../core/types.ts';
import type { VitalFile } from '../core/vitals.ts';

export const redFlags = redFlagFile as RedFlagFile;
export const news2Chart = news2File as News2Chart;
export const conditions = conditionFile as ConditionFile;
export const severityPolicy = severityPolicyFile as SeverityPolicy;
export const severityCosts = severityCostsFile as SeverityCostFile;
export const vitalLimits = vitalLimitsFile as unknown as VitalFile;
export const consistency = consistencyFile as ConsistencyFile;
/** The notice that goes with every answer. */
export const intendedUse: Localised = intendedUseFile;
