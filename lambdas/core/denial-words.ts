/** The words by which findings are denied in Spanish and English, normalised; ours, for a clinician to review. */

/** Whether a normalised text begins with one of the phrases: the phrase, else undefined. */
type Opening = (text: string) => string | undefined;

/** Phrases as a normalised text has them: one or more words, separated by commas here. */
function phrases(...lists: readonly string[]): Opening {
  const all = lists
    .flatMap((list) => list.split(', '))
    .sort((a, b) => b.length - a.length)
    .map((phrase) => `${phrase} `);
  return (text) => all.find((phrase) => `${text} `.startsWith(phrase))?.trimEnd();
}

/** They say that what follows is not there, whatever it is. */
export const deniers = phrases(
  'sin, niega, niegan, nego, negaba, negando, nunca, jamas, tampoco, ni, ningun, ninguna, nada de, ausencia de',
  'descarta, descartan, descartada, descartado, libre de, dejo de, ha dejado de',
  'se me quito, se le quito, se me quitaron, se me paso, se le paso, se me fue, se le fue, desaparecio',
  'without, denies, denied, denying, never, nor, neither, absence of, negative for, free of, free from',
  'stopped, has stopped, ruled out, rules out',
);

/** They deny too, unless what follows says that it is there and stays, or that something cannot be done. */
export const negations = phrases(
  'no',
  'not, do not, does not, did not, is not, are not, was not, were not, has not, have not, had not',
  'isn t, aren t, wasn t, weren t, don t, doesn t, didn t, hasn t, haven t, hadn t',
);

/** Said at the end of what is there no more. */
export const PAST =
  /(?<!\b(?:no|not|t)) (?:se (?:me |le )?(?:fue|quito|paso)|desaparecio|ha desaparecido|is gone|has gone|went away|has gone away|has stopped|stopped)$/;

/** After "no" or "not": what is told of is there. "No para de toser", "no solo tos", "fever not going down". */
export const staying = phrases(
  'puede, puedo, pueden, podia, pude, pudo, consigue, consigo, logra, logro, para, paro, deja, dejo, quita, baja, cede',
  'cesa, mejora, calma, alivia, aguanta, aguanto, soporta, soporto, tolera, tolero, controla, controlo, quiere, quiero',
  'sabe, se si, se que, solo, solamente, va, responde, reacciona, contesta, obedece, despierta, cicatriza, cura',
  'only, just, sure, know, going, getting, improving, improve, stopping, stop, stopped, better, able, go, goes, gone',
  'relieved, responding, responsive, resolved, resolving, healing, let',
);

export const CLITICS = new Set(['me', 'te', 'se', 'le', 'les', 'lo', 'nos']);

/** After "no me", "no le": verbs of complaints, which that denies. Others stay: "no se le quita", "no me baja la regla". */
export const complaining = phrases(
  'duele, duelen, dolia, pica, pican, arde, arden, escuece, escuecen, molesta, molestan, quema, falta, cuesta, sangra',
  'sangran, tiembla, tiemblan, hincha, hinchan, marea, mareo, duerme, duermen, noto, nota, siento, siente, encuentro',
  'encuentra, he, ha, han, habia, da, dan, desmayo, desmaye, ahogo, ahoga, canso, cansa, repite',
);

/** Between the word that denies and the finding. */
export const fillers = phrases(
  'no, de, del, la, el, los, las, un, una, ya, mas, ningun, ninguna, ninguno, nada de, tipo de',
  'tengo, tiene, tienen, tenia, tuve, tuvo, tenido, tener, he, ha, han, habia, hay, hubo, habido, sido, estado',
  'presenta, presento, presentado, refiere, refirio, aqueja, siento, siente, sentido, noto, nota, notado, estoy, esta',
  'estan, estaba, es, me, te, se, le, les, encuentro, encuentra, signos de, sintomas de, antecedentes de, evidencia de',
  'any, a, an, the, longer, more, have, has, had, having, been, be, is, am, are, was, feel, feels, feeling, felt, get',
  'gets, been having, experience, experienced, experiencing, report, reports, seen, sign of, signs of, symptoms of',
  'evidence of, history of, complaints of, of',
);

/** What a healthy person has or does: without it a finding is there, not denied. "Sin apetito", "not sleeping". */
export const healthy = phrases(
  'hambre, apetito, ganas de comer, ganas de nada, ganas de vivir, ganas de hacer, fuerza, fuerzas, energia, animo',
  'aliento, aire, voz, vista, vision, olfato, gusto, sabor, oido, habla, memoria, equilibrio, sensibilidad, sueno',
  'regla, menstruacion, periodo, pulso, latido, reflejos, lagrimas, deseo sexual, libido, ereccion, bien, movimientos',
  'siento el, siento la, siento los, siento las, siento mi, siento mis, siento un, siento una, siento medio',
  'siente el, siente la, siente los, siente las, siente un, siente una, siente medio, reconoce, recuerda, recuerdo',
  'appetite, hungry, hunger, energy, strength, voice, sense of, smell, taste, sensation, feeling in, balance, vision',
  'hearing, breath, pulse, heartbeat, reflexes, tears, period, periods, sex drive, libido, erection, erections, well',
  'bowel movement, bowel movements, right, myself, himself, herself',
);

/** What a healthy person does, where nothing is said of it but how well: "no orina", but not "no orina con sangre". */
export const doing = phrases(
  'come, como, comido, bebe, bebo, orina, orino, orinado, mea, meo, defeca, respira, respiro, habla, hablo, camina',
  'camino, anda, ando, ve, veo, oye, oigo, huele, huelo, duerme, duermo, dormido, mueve, mama, crece, gana peso, suda',
  'sonrie, llora, apoya',
  'eat, eating, drinking, sleep, sleeping, breathe, breathing, urinating, peeing, pooping, passing, feeding, move',
  'moving, walk, walking, talk, talking, speak, speaking, hear, hearing, see, seeing, growing, gaining weight, sweating',
);

export const howWell = phrases(
  'bien, nada, casi, apenas, ni, desde, hace, en, por, el, la',
  'well, much, enough, properly, since, for, at, in, anything, urine, stool, gas',
);

/** Words that a clause may begin with and that name nothing. */
export const leading = phrases(
  'ya, si, yo, el, ella, que, pero, paciente, el paciente, la paciente, con, tambien, ahora, hoy, tengo, tiene, hay',
  'mi bebe, el bebe, mi hijo, mi hija, mi nino, mi nina, el nino, la nina, mi madre, mi padre, dice, refiere, desde ayer',
  'desde hoy, desde hace dias, hace dias, ayer, my baby, my son, my daughter, my child, since yesterday, i m, he s, she s, there s',
  'patient, the patient, i, he, she, it, there, there is, there are, is, am, has, have, yes, now, also, with, my, the',
);

/** Words that begin a clause of its own, which an earlier denial does not reach: "no tengo fiebre y me duele ...". */
export const beginning = phrases(
  'me, te, se, le, les, tengo, tiene, hay, siento, siente, noto, estoy, esta, con, si, mucha, mucho, presenta, refiere',
  'i, he, she, my, his, her, has, have, with, there, is, am, feels, feel',
);

/** Of what was named before: "tos sí", "fiebre no". */
export const AFFIRMED = / (?:si|yes)$/;
export const AFTERWARDS = / (?:no|not)$/;

export const COMMA = ' , ';
export const JOINTS = /(?<= |^)(pero|aunque|sino|but|although|though|however|y|e|o|u|ni|and|or|nor|,)(?= |$)/;
/** The denial before them reaches over them: "niega tos, fiebre y disnea". */
export const REACHED = new Set(['y', 'e', 'o', 'u', 'and', 'or', ',']);

/** One word that says a finding is not there. */
export const DENYING_WORDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    afebril: 'fiebre',
    apiretico: 'fiebre',
    apiretica: 'fiebre',
    afebrile: 'fever',
    eupneico: 'disnea',
    eupneica: 'disnea',
    anicterico: 'ictericia',
    anicterica: 'ictericia',
    anicteric: 'jaundice',
    acianotico: 'cianosis',
    acianotica: 'cianosis',
  }),
);

/** Verbs that may end a denial of what was named before them. */
export const VERBS_AFTER = phrases(
  'duele, duelen, pica, pican, arde, arden, escuece, sangra, sangran, tiembla, tiemblan, hincha, hinchan',
  'hurt, hurts, ache, aches, itch, itches, burn, bleed, hurting, aching, itching, burning, bleeding, swollen, sore',
);

/** Any of them makes a denial of a name. */
export const DENYING = new Set('no sin nunca ni ausencia not without never nor absence absent'.split(' '));
