/** A small start list with the oddities the desk meets: namesakes, leading zeros, accents, a missing bib. */
export const startList = `bib,first_name,last_name,gender,date_of_birth,email,city,country,club,race,start_group,tag,category,notes
12,Ana,Schmidt,F,1987-05-04,ana.schmidt@example.org,Berlin,DEU,TSV Lauf,Marathon,Wave 1,T-0012,W35,
13,Anna,Schmitt,F,1990-01-20,anna@example.org,Hamburg,DEU,,Marathon,Wave 1,,W30,
007,Bo,Müller,M,1979-11-30,bo@example.org,Köln,DEU,LG Rhein,Marathon,Wave 2,T-0007,M45,Needs a second bib for the bag
120,Çelik,Demir,M,1995-07-07,celik@example.org,Istanbul,TUR,,Marathon,Wave 2,,M30,
,Dora,Nguyen,F,2001-03-14,dora@example.org,Lyon,FRA,,Marathon,Wave 1,,W20,
`
