/** Boosted trees over many patients who are much alike, such as the coalitions of one. */

import { attributesOf } from './onnx-attributes.ts';

/** Nodes of all trees; a node's index is its place in the file. */
export interface BoostedTrees {
  /** First node of each tree, in the order in which their leaves are added up. */
  readonly roots: readonly number[];
  /** By node, the question that it asks; {@link LEAF} where it asks none. */
  readonly questions: Uint16Array;
  /** The questions: is the value in this column below the threshold? */
  readonly asked: readonly { readonly column: number; readonly threshold: number }[];
  /** By node, where to go on. */
  readonly yes: Uint32Array;
  readonly no: Uint32Array;
  /** By leaf, the class to whose logit it adds, and what. */
  readonly classes: Uint8Array;
  readonly weights: Float32Array;
  /** Added at the end, by class. */
  readonly base: Float32Array;
}

const LEAF = 0xffff;
/** Patients to a number of a set, one a bit. */
const WORD = 32;

/**
 * What the file of a member holds, where that is boosted trees; else undefined.
 *
 * @throws {Error} where they ask or add up in a way that is not read here.
 */
export function boostedTreesOf(model: Uint8Array): BoostedTrees | undefined {
  const attributes = attributesOf(model, 'TreeEnsembleClassifier');
  if (attributes?.string('post_transform') !== 'SOFTMAX') return;
  const { ints, floats, strings } = attributes;
  const trees = ints('nodes_treeids');
  const numbers = ints('nodes_nodeids');
  const roots = [...trees.keys()].filter((node) => numbers[node] === 0);
  const nodeAt = (tree: number, number: number): number => {
    const node = (roots[tree] as number) + number;
    if (trees[node] !== tree || numbers[node] !== number) throw new Error('trees out of order');
    return node;
  };
  const children = (name: string) =>
    new Uint32Array(ints(name).map((number, node) => nodeAt(trees[node] as number, number)));

  const [columns, thresholds] = [ints('nodes_featureids'), floats('nodes_values')];
  const asked: { readonly column: number; readonly threshold: number }[] = [];
  /** By column, then threshold. */
  const known = new Map<number, Map<number, number>>();
  const questions = Uint16Array.from(strings('nodes_modes'), (mode, node) => {
    if (mode === 'LEAF') return LEAF;
    if (mode !== 'BRANCH_LT') throw new Error(`a tree asks ${mode}`);
    const [column, threshold] = [columns[node] as number, thresholds[node] as number];
    const ofColumn = known.get(column) ?? new Map<number, number>();
    const question = ofColumn.get(threshold) ?? asked.push({ column, threshold }) - 1;
    known.set(column, ofColumn.set(threshold, question));
    return question;
  });

  const classes = new Uint8Array(trees.length);
  const weights = new Float32Array(trees.length);
  const [leafTrees, leafNumbers, leafClasses] = ['class_treeids', 'class_nodeids', 'class_ids'].map(ints);
  floats('class_weights').forEach((weight, i) => {
    const leaf = nodeAt(leafTrees?.[i] as number, leafNumbers?.[i] as number);
    if (weights[leaf] !== 0) throw new Error('a leaf adds to several classes');
    classes[leaf] = leafClasses?.[i] as number;
    weights[leaf] = weight;
  });
  return {
    roots,
    questions,
    asked,
    yes: children('nodes_truenodeids'),
    no: children('nodes_falsenodeids'),
    classes,
    weights,
    base: Float32Array.from(floats('base_values')),
  };
}

/**
 * What ONNX Runtime gives, which sends each patient through each tree alone. Here a node sorts all of them at once: most
 * trees ask hardly anything in which coalitions differ, so that all take the same way. Leaves are added up in the
 * runtime's order and precision.
 *
 * @param rows encoded patients, one after the other.
 * @returns P(class) of each patient, one after the other.
 */
export function runBoostedTrees(trees: BoostedTrees, rows: Float32Array, patients: number): Float32Array {
  const { roots, questions, yes, no, classes, weights, base } = trees;
  const words = Math.ceil(patients / WORD);
  const everybody = setOf(patients, () => true);
  const answers = answersTo(trees, rows, patients);
  /** By class, then patient. */
  const logits = new Float32Array(base.length * patients);
  /** The sets that a tree is split into, two a depth: made once. */
  const sets: Int32Array[] = [];
  const descend = (start: number, set: Int32Array, depth: number): void => {
    let node = start;
    for (let question = questions[node] as number; question !== LEAF; question = questions[node] as number) {
      const answer = answers(question);
      if (typeof answer === 'boolean') {
        node = (answer ? yes[node] : no[node]) as number;
        continue;
      }
      sets[2 * depth] ??= new Int32Array(words);
      sets[2 * depth + 1] ??= new Int32Array(words);
      const inside = sets[2 * depth] as Int32Array;
      const outside = sets[2 * depth + 1] as Int32Array;
      let some = 0;
      let others = 0;
      for (let word = 0; word < words; word++) {
        const own = set[word] as number;
        const below = own & (answer[word] as number);
        inside[word] = below;
        outside[word] = own ^ below;
        some |= below;
        others |= own ^ below;
      }
      if (some !== 0 && others !== 0) {
        descend(yes[node] as number, inside, depth + 1);
        descend(no[node] as number, outside, depth + 1);
        return;
      }
      node = (some !== 0 ? yes[node] : no[node]) as number;
    }
    const from = (classes[node] as number) * patients;
    addTo(logits, from, patients, set === everybody ? null : set, weights[node] as number);
  };
  for (const root of roots) descend(root, everybody, 0);
  return probabilitiesOf(logits, base, patients);
}

/** @param set null: everybody. */
function addTo(
  logits: Float32Array,
  from: number,
  patients: number,
  set: Int32Array | null,
  weight: number,
): void {
  if (set === null) {
    for (let at = from; at < from + patients; at++) logits[at] = (logits[at] as number) + weight;
    return;
  }
  for (let word = 0; word < set.length; word++)
    for (let left = set[word] as number; left !== 0; left &= left - 1) {
      const at = from + word * WORD + WORD - 1 - Math.clz32(left & -left);
      logits[at] = (logits[at] as number) + weight;
    }
}

type Answer = Int32Array | boolean;

/** Who answers a question with yes: everybody (true), nobody (false), or a set; worked out when first asked for. */
function answersTo({ asked }: BoostedTrees, rows: Float32Array, patients: number) {
  const columns = differingColumns(rows, patients);
  const known: (Answer | undefined)[] = Array.from({ length: asked.length });
  return (question: number): Answer => {
    const before = known[question];
    if (before !== undefined) return before;
    const { column, threshold } = asked[question] as BoostedTrees['asked'][number];
    const values = columns.get(column);
    const answer = values
      ? setOf(patients, (patient) => (values[patient] as number) < threshold)
      : (rows[column] as number) < threshold;
    known[question] = answer;
    return answer;
  };
}

/** The columns in which patients differ, each with its values by patient. */
function differingColumns(rows: Float32Array, patients: number): ReadonlyMap<number, Float32Array> {
  const width = rows.length / patients;
  const differs = new Uint8Array(width);
  for (let from = width; from < rows.length; from += width)
    for (let column = 0; column < width; column++)
      if (rows[from + column] !== rows[column]) differs[column] = 1;
  const columns = [...differs.keys()].filter((column) => differs[column] === 1);
  return new Map(
    columns.map((column) => [
      column,
      Float32Array.from({ length: patients }, (_, patient) => rows[patient * width + column] as number),
    ]),
  );
}

function setOf(patients: number, has: (patient: number) => boolean): Int32Array {
  const set = new Int32Array(Math.ceil(patients / WORD));
  for (let patient = 0; patient < patients; patient++) {
    const word = Math.floor(patient / WORD);
    if (has(patient)) set[word] = (set[word] as number) | (1 << (patient % WORD));
  }
  return set;
}

/** Softmax, from by class, then patient, to by patient, then class. */
function probabilitiesOf(logits: Float32Array, base: Float32Array, patients: number): Float32Array {
  const count = base.length;
  const all = new Float32Array(logits.length);
  for (let patient = 0; patient < patients; patient++) {
    const from = patient * count;
    let most = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < count; c++) {
      all[from + c] = (logits[c * patients + patient] as number) + (base[c] as number);
      most = Math.max(most, all[from + c] as number);
    }
    let total = 0;
    for (let c = 0; c < count; c++) {
      all[from + c] = Math.exp((all[from + c] as number) - most);
      total += all[from + c] as number;
    }
    for (let c = 0; c < count; c++) all[from + c] = (all[from + c] as number) / total;
  }
  return all;
}
