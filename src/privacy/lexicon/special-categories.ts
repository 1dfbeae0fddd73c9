import type { Label } from '../personal-data.ts'

/**
 * Phrases that say something of GDPR 9 or 10 about a person. Never complete: what is found is counted, what is not found
 * is said in README.md. A phrase in brackets after a star begins with words that only say who has it.
 */
export const specialPhrases: readonly (readonly [Label, string])[] = [
  [
    'HEALTH',
    `dementie; alzheimer; parkinson; kanker; borstkanker; leukemie; tumor; chemo; chemokuur; chemotherapie; bestraling; diabetes; diabeet; suikerziekte; insuline; epilepsie; astma; copd; reuma; hiv; aids; hepatitis; beroerte; herseninfarct; hersenbloeding; hartinfarct; hartaanval; pacemaker; depressie; depressief; burn out; burnout; psychose; schizofrenie; bipolair; bipolaire stoornis; autisme; autistisch; adhd; ptss; borderline; anorexia; verslaafd; verslaving; alcoholist; slechtziend; blind; doof; slechthorend; gehandicapt; handicap; rolstoel; in een rolstoel; scootmobiel; rollator; gehoorapparaat; zwanger; zwangerschap; miskraam; dialyse; thuis aan de dialyse; nierpatient; slecht ter been; hoort slecht; ziet slecht; hernia; slaapapneu; arbeidsongeschikt; afgekeurd; in de ziektewet; in het ziekenhuis; in het gips; met een rollator; fysiotherapie; beginnende dementie; beginnende alzheimer; longkanker; hartkwaal; mantelzorg nodig; hartpatient; kankerpatient; in de wia; wajong; arbeidsongeschikt; long covid; migraine; operatie gehad; geopereerd; opgenomen in het ziekenhuis; antidepressiva; medicijnen; angststoornis; dyslexie; ms patient; multiple sclerose; thuiszorg; palliatief; terminaal; ziekte van;
     dementia; alzheimer s; in hospital; slipped disc; a slipped disc; broken leg; broken arm; broken wrist; sleep apnoea; sleep apnea; off work with depression; off sick; cancer; breast cancer; leukaemia; leukemia; chemotherapy; radiotherapy; dialysis; diabetic; insulin; epilepsy; epileptic; asthma; arthritis; stroke; a stroke; heart attack; heart condition; depression; depressed; bipolar; bipolar disorder; diagnosed with bipolar disorder; schizophrenia; autism; autistic; ptsd; anxiety disorder; wheelchair; in a wheelchair; hearing aid; registered blind; partially sighted; visually impaired; deaf; hard of hearing; disabled; disability; pregnant; miscarriage; addiction; alcoholic; in rehab; hiv positive; multiple sclerosis; crohn s; fibromyalgia; chronic pain; terminally ill; mental illness; antidepressants; oxygen machine; nebuliser; home dialysis; had surgery`,
  ],
  [
    'BELIEF',
    `ramadan; moslim; islamitisch; hindoe; hindoeistisch; joods; katholiek; gereformeerd; protestants; christelijk; boeddhist; jehova s getuige; jehovah s getuige; atheist; sabbat; kerkelijk; kosjer; halal; evangelisch;
     muslim; hindu; jewish; catholic; protestant; jehovah s witness; buddhist; sikh; mormon; atheist; sabbath; kosher; born again christian; my faith; my religion`,
  ],
  [
    'UNION',
    `fnv; cnv; lid van de vakbond; lid van een vakbond; vakbondslid; vakbondsman; ondernemingsraad lid; kaderlid;
     shop steward; shop steward for unite; union member; union rep; member of the union; trade union member; in the union; unison member`,
  ],
  [
    'CRIME',
    `zit vast; zit nu vast; zit nu vast voor oplichting; in de gevangenis; in detentie; uit detentie; vrij na mijn straf; gedetineerd; strafblad; veroordeeld; veroordeeld voor; enkelband; taakstraf; reclassering; verdachte; aangehouden door de politie; celstraf; tbs; rijontzegging; huisverbod;
     in prison; in jail; criminal record; convicted; convicted of; conviction; drink driving conviction; speeding conviction; on probation; on parole; electronic tag; community service order; suspended sentence; ex offender; driving ban; restraining order; arrested`,
  ],
  [
    'ORIENT',
    `homo; homoseksueel; lesbisch; lesbienne; biseksueel; transgender; trans vrouw; trans man; queer; twee mannen; we zijn twee mannen; we re two women; we re two men; two women; two men; twee vrouwen; wij zijn twee vrouwen; in transitie; non binair;
     gay; lesbian; a lesbian couple; bisexual; transgender; trans woman; trans man; queer; gay couple; same sex couple; both women; both men; transitioning; nonbinary`,
  ],
  [
    'ORIGIN',
    `roma familie; sinti; zigeuner; vluchteling; asielzoeker; statushouder; allochtoon; donkere huidskleur; gekleurd; van marokkaanse afkomst; van turkse afkomst; van surinaamse afkomst; molukse afkomst;
     roma; a roma; traveller family; refugee; asylum seeker; of african descent; of asian descent; mixed race; ethnic minority; my ethnicity`,
  ],
  [
    'POLITICS',
    `stem pvv; stem vvd; stem groenlinks; stem pvda; stem sp; stem d66; stem cda; ik stem op; lid van de pvv; lid van de vvd; lid van de sp; lid van groenlinks; raadslid voor; politiek actief;
     vote green; vote labour; vote tory; vote conservative; voted labour; voted leave; voted remain; voted for trump; republican voter; party member; member of the labour party; labour party member; i m a conservative; i m a republican; i m a democrat`,
  ],
]
