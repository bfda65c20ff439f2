/** Requests of so many findings. */

const SYMPTOMS = [
  'fiebre',
  'dolor_pecho',
  'dificultad_respirar',
  'tos',
  'nauseas',
  'cefalea',
  'fatiga',
  'mareo',
  'diarrea',
  'escalofrios',
  'dolor_garganta',
  'HP:0001166',
  'HP:0001083',
  'HP:0002616',
  'HP:0000098',
];

export const requestOf = (size: number, explain = false) => ({
  symptoms: Object.fromEntries(SYMPTOMS.slice(0, size).map((name) => [name, 5])),
  age: 45,
  gender: 'M',
  explain,
});
