"""The catalogue's rows: what is usual, and more of what figures must be able to tell apart.

code;name;line (Z without stay, V with stay, B protection, R probation);segment;unit/frequency;
need;price in euros;months;weight;marks (drift: one of the 23 whose use grows; budget, open: how it
is allocated; to=CODE: continues under that code at the harmonisation, to=CODE:w:f,CODE:w:f under
several, for w of the episodes each, with f new units for one old; start=70: percent of a trajectory
that is paid at its start).
"""

from typing import Final

ROWS: Final = """
45A04;Jeugdhulp ambulant regulier;Z;B;04/2;2.0;72;18;58;drift
45A05;Jeugdhulp ambulant specialistisch;Z;C;04/2;1.9;96;18;52;drift
45A06;Jeugdhulp ambulant diagnostiek;Z;B;04/6;14;98;4;22;
45A48;Jeugdhulp ambulant regulier (individueel);Z;B;04/2;1.9;70;17;44;drift
45A49;Jeugdhulp ambulant regulier (groep);Z;B;04/2;2.6;38;14;24;drift
45A50;Jeugdhulp ambulant regulier (op afstand);Z;B;01/2;45;66;11;14;
45A51;Jeugdhulp ambulant regulier (gezin/systeem);Z;B;04/2;2.1;78;15;30;drift
45A52;Jeugdhulp ambulant regulier (op locatie);Z;B;04/2;1.9;74;17;24;drift
45A53;Jeugdhulp ambulant specialistisch (individueel);Z;C;04/2;1.5;98;18;44;drift
45A54;Jeugdhulp ambulant specialistisch (groep);Z;C;04/2;2.4;52;14;20;drift
45A55;Jeugdhulp ambulant specialistisch (op afstand);Z;C;01/2;55;92;11;12;
45A56;Jeugdhulp ambulant specialistisch (gezin/systeem);Z;C;04/2;1.7;99;17;28;drift
45A57;Jeugdhulp ambulant specialistisch (op locatie);Z;C;04/2;1.7;97;17;16;drift
45A63;Jeugdhulp ambulant laag tarief;Z;A;04/2;2.9;48;20;22;drift
45A65;Behandeling;Z;C;04/2;1.5;104;15;30;drift
45A69;Behandeling (op locatie);Z;C;04/2;1.5;106;15;14;drift
45A70;Jeugdhulp ambulant laag tarief (individueel);Z;A;04/2;2.6;46;18;10;
45A71;Jeugdhulp ambulant laag tarief (groep);Z;A;04/2;3.5;28;17;8;
45A72;Jeugdhulp ambulant laag tarief (op afstand);Z;A;01/2;70;44;13;8;
45A73;Jeugdhulp ambulant laag tarief (gezin/systeem);Z;A;04/2;2.4;47;17;10;
45H01;Begeleiding jeugd individueel (oud);Z;A;04/2;2.6;46;18;12;to=45A70
45H02;Begeleiding jeugd thuis (oud);Z;A;04/2;2.6;46;18;8;to=45A70
45H03;Begeleiding jeugd groep (oud);Z;A;04/2;3.5;28;17;8;to=45A71
45A01;Jeugdhulp ambulant regulier traject;Z;B;82/6;2;1450;9;20;
45A02;Jeugdhulp ambulant specialistisch traject;Z;C;82/6;2;2350;9;14;
45A07;Jeugdhulp ambulant regulier traject (licht);Z;B;82/6;2;900;6;16;
45A08;Jeugdhulp ambulant regulier traject (middel);Z;B;82/6;2;1300;8;10;
45A16;Jeugdhulp ambulant specialistisch traject (zwaar);Z;C;82/6;2;3500;10;5;
45A03;Diagnostiek per onderzoek;Z;B;82/6;1;1250;3;12;
40A03;Persoonlijke verzorging specialistisch;Z;B;04/2;3.5;58;20;5;drift
40A04;Persoonlijke verzorging regulier;Z;B;01/1;30;50;20;5;
41A03;Dagbehandeling regulier;Z;C;16/2;3.3;58;17;13;drift
41A04;Dagbehandeling specialistisch;Z;C;16/2;3.1;84;17;9;drift
41A11;Dagbehandeling regulier (licht);Z;B;16/2;2.4;46;15;6;
41A12;Dagbehandeling regulier (middel);Z;B;16/2;2.9;55;15;6;drift
41A13;Dagbehandeling regulier (zwaar);Z;C;16/2;3.8;68;15;5;drift
41A18;Dagbesteding;Z;A;16/2;3.3;40;20;5;
41H01;Dagbesteding jeugd (oud);Z;A;16/2;3.3;40;20;6;to=41A18
41A22;Dagbesteding (licht);Z;A;16/2;2.8;34;20;4;
42A01;Vervoer per maand;Z;A;83/4;120;1;12;16;
42A03;Vervoer per rit;Z;A;84/4;16;9.50;12;9;
46A01;Crisishulp ambulant;Z;C;04/2;4.5;112;2;4;open
50A01;Zelfstandig leven;Z;B;04/2;2.4;64;17;8;budget
50A02;Maatschappelijke deelname;Z;B;04/2;1.9;62;17;8;budget
51A00;Generalistische basis-ggz kort;Z;B;82/6;1;640;4;14;
51A01;Generalistische basis-ggz middel;Z;B;82/6;1;1080;6;12;
51A03;Generalistische basis-ggz intensief;Z;B;82/6;1;1700;8;8;
52A00;Specialistische ggz;Z;C;01/2;90;108;14;18;drift
53A04;Kindergeneeskunde, consult;Z;B;84/4;0.6;145;6;10;
43A09;Pleegzorg incl. behandeling;V;C;14/2;6.72;48;26;56;
44A07;Pleegzorg;V;B;14/2;6.72;42;26;44;
43A63;Pleegzorg (jonger dan 12 jaar);V;C;14/2;6.72;50;26;10;
43A10;Gezinshuis incl. behandeling;V;C;14/2;6.65;155;24;16;
44A08;Gezinshuis;V;B;14/2;6.65;138;24;16;
44A04;Gezinshuis per maand;V;B;83/4;4100;1;24;5;
43A03;Pleegzorg per maand;V;C;83/4;1380;1;24;10;
43A07;Jeugdhulp verblijf;V;C;14/2;6.44;262;12;7;
43A35;Jeugdhulp verblijf (licht);V;C;14/2;6.44;185;12;5;
43A36;Jeugdhulp verblijf (middel);V;C;14/2;6.44;222;12;6;
43A38;Jeugdhulp verblijf (zwaar);V;C;14/2;6.44;305;11;3;
44A06;Jeugdhulp verblijf excl. behandeling;V;B;14/2;6.44;175;12;6;
44A28;Jeugdhulp verblijf excl. behandeling (middel);V;B;14/2;6.44;162;12;4;
43A12;JeugdzorgPlus;V;C;14/2;6.79;392;7;2;
43A14;Observatie;V;C;14/2;6.65;318;3;2;
43A44;Verblijf licht verstandelijk gehandicapt (middel);V;C;14/2;6.51;204;18;5;
43A46;Verblijf licht verstandelijk gehandicapt (zwaar);V;C;14/2;6.51;238;18;3;
46A03;Crisishulp verblijf;V;C;14/2;6.65;288;2;3;open
43A08;Deeltijdverblijf;V;C;14/2;2.4;150;12;12;drift
43A41;Deeltijdverblijf (middel);V;C;14/2;2.5;165;12;8;drift
43A11;Logeren incl. behandeling;V;B;14/4;4.2;185;14;16;drift
44A09;Logeren;V;B;14/4;4.2;160;14;16;drift
48A01;Ondertoezichtstelling jaar 1;B;D;82/4;0.95;815;12;38;
48A02;Ondertoezichtstelling jaar 2 en verder;B;D;82/4;0.95;752;20;44;
48A03;Voogdij;B;D;82/4;0.95;668;36;20;
47A08;Jeugdreclassering (licht);R;D;83/4;430;1;9;40;
47A09;Jeugdreclassering (middel);R;D;83/4;540;1;10;28;
47A10;Jeugdreclassering (zwaar);R;D;83/4;690;1;10;12;
47A05;Individuele trajectbegeleiding harde kern;R;D;83/4;1120;1;6;5;
"""

MORE_ROWS: Final = """
45A11;Jeugdhulp ambulant regulier arrangement;Z;B;82/6;10;240;9;10;start=70
45A12;Jeugdhulp ambulant specialistisch arrangement;Z;C;82/6;10;390;10;8;start=70
45H11;Begeleiding jeugd groep per dagdeel (oud);Z;A;16/2;0.9;112;17;10;to=45A71:0.6:4,41A18:0.4:3.5
45H12;Begeleiding jeugd individueel zwaar (oud);Z;A;04/2;2.5;47;18;12;to=45A70:0.5:1,45A73:0.5:1
45H13;Begeleiding jeugd per minuut (oud);Z;A;04/2;2.4;45;16;8;to=45A73:1:1
"""
