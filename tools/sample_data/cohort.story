# The stories of the synthetic cohort. No real person. as of 2026-11-20. The shape of a line is explained in make_cohort.awk;
# the answers (`expect`) were derived by hand from the decision table, each with its reason in the comment above it.

# ---------------------------------------------------------------- benign and stable

# Diffuse calcification, no contrast, not a calcifying primary: N11a. 42 months after resection: 6-monthly.
patient SARC-001 birth_date=1968-05-17 sex=female histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2023-04-28 resection_date=2023-02-14 dlp=68
story Stable calcified granuloma
expect CONTINUE_SURVEILLANCE BENIGN_APPEARING 2027-02-18 R1
nodule N1 side=right lobe=rul location=parenchymal attenuation=solid shape=round margin=smooth calcification=diffuse at=-71.4,-12.8,-96.5 hu=412
ct 2023-05-16 N1:4.6/4.1
ct 2023-08-15 N1:4.7/4.1
ct 2023-11-14 N1:4.5/4.0
ct 2024-02-13 N1:4.6/4.2
ct 2024-05-14 N1:4.8/4.2
ct 2024-08-13 N1:4.6/4.0
ct 2024-11-12 N1:4.5/4.1
ct 2025-02-18 N1:4.7/4.2
ct 2025-08-19 N1:4.6/4.1
ct 2026-02-17 N1:4.6/4.0
ct 2026-08-18 N1:4.7/4.2

# Each step is at most 0.5 mm, each report said "unchanged"; against the two oldest CTs it is +2.3 and +2.0: N4a.
patient SARC-002 birth_date=1961-11-02 sex=male histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2024-07-19 resection_date=2024-05-07 dlp=84
story Slow creep: every step under the measuring error, the sum over it
expect TUMOUR_BOARD SUSPICIOUS 2026-11-24 R4
nodule N1 side=left lobe=lll location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=78.2,41.6,-201.3 hu=18
ct 2024-08-13 N1:3.9/3.4
ct 2024-11-12 N1:4.2/3.6
ct 2025-02-11 N1:4.5/3.8
ct 2025-05-13 N1:4.7/4.1
ct 2025-08-12 N1:5.0/4.3
ct 2025-11-11 N1:5.2/4.6
ct 2026-02-10 N1:5.5/4.8
ct 2026-05-12 N1:5.7/5.0
ct 2026-11-10 N1:6.2/5.4

# Diffuse calcification is benign elsewhere; osteosarcoma is a calcifying primary: NEW, >= 5.0: N5a.
patient SARC-003 birth_date=2007-08-23 sex=male histology=osteosarcoma tissue=bone grade=high primary_site=extremity curative_treatment_completed_on=2025-07-25 resection_date=2025-02-10 dlp=58
story Calcified metastasis of an osteosarcoma that looks like a granuloma
expect TUMOUR_BOARD SUSPICIOUS 2026-11-23 R4
nodule N1 side=right lobe=rll location=subpleural attenuation=solid shape=round margin=smooth calcification=diffuse at=-103.7,38.2,-188.4 hu=356
therapy systemic 2024-11-18 2025-07-25
ct 2025-05-12
ct 2025-08-11
ct 2025-11-10
ct 2026-02-09
ct 2026-05-11
ct 2026-08-10
ct 2026-11-09 N1:new:5.4/4.9

# 8.1 -> 5.5 under chemotherapy, then still: 10 months since chemotherapy ended. Without the response N11d would say LOW. N12c.
patient SARC-004 birth_date=1991-03-30 sex=female histology=synovial_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-12-19 resection_date=2025-06-24 dlp=61
story Shrank under chemotherapy, stable since: stability after a response does not reassure
expect SHORT_INTERVAL_CT INDETERMINATE 2027-02-10 R3
nodule N1 side=left lobe=lul location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=64.9,-31.5,-118.8 hu=26
therapy systemic 2025-08-18 2025-12-19
ct 2025-08-05 N1:8.1/7.2
ct 2025-11-11 N1:5.6/4.9
ct 2026-02-10 N1:5.4/4.9
ct 2026-05-12 N1:5.5/4.8
ct 2026-08-11 N1:5.4/4.7
ct 2026-11-10 N1:5.5/4.9

# Resolved at the index CT; chemotherapy overlaps (2025-10-20, index]: N2a, board by R4b.
patient SARC-005 birth_date=2004-01-19 sex=male histology=osteosarcoma tissue=bone grade=high primary_site=extremity curative_treatment_completed_on=2026-07-10 resection_date=2026-01-27 dlp=66
story Vanished under chemotherapy: the board decides what the surgeon looks for
expect TUMOUR_BOARD INDETERMINATE 2026-11-23 R4b
nodule N1 side=right lobe=rml location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-66.0,-44.7,-163.9 hu=33
therapy systemic 2025-10-27 2026-07-10
ct 2025-10-20 N1:6.8/6.1
ct 2026-01-19 N1:3.9/3.5
ct 2026-05-04 N1:2.6/2.3
ct 2026-08-10 N1:2.2/2.0
ct 2026-11-09 N1:resolved

# Angiosarcoma: new thin-walled cysts count as metastases until shown otherwise: N6 twice; two NEW, bilateral: P2.
patient SARC-006 birth_date=1955-06-08 sex=female histology=angiosarcoma tissue=soft_tissue grade=high primary_site=trunk curative_treatment_completed_on=2025-09-26 resection_date=2025-08-05 dlp=77
story Angiosarcoma with new thin-walled cysts
expect TUMOUR_BOARD SUSPICIOUS 2026-11-24 P2 R4
nodule N1 side=right lobe=rll location=subpleural attenuation=cystic shape=round margin=smooth calcification=none at=-98.3,52.1,-214.6 hu=-742
nodule N2 side=left lobe=lul location=subpleural attenuation=cavitary shape=round margin=smooth calcification=none at=91.5,-8.4,-109.2 hu=-388
ct 2025-11-11
ct 2026-02-10
ct 2026-05-12
ct 2026-08-11
ct 2026-11-10 N1:new:7.1/6.6 N2:new:5.2/4.8

# ---------------------------------------------------------------- children (dose given for the 16-cm phantom)

# STABLE below 5.0: N11c. 10 months after resection: quarterly.
patient SARC-007 birth_date=2019-05-03 sex=female histology=alveolar_rhabdomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2026-02-27 resection_date=2025-10-14 dlp=34 phantom=16
story A child of seven with a rhabdomyosarcoma: tiny stable nodule, dose for the 16-cm phantom
expect CONTINUE_SURVEILLANCE LOW_SUSPICION 2026-11-30 R2
nodule N1 side=left lobe=lll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=49.6,28.3,-121.7 hu=9
therapy systemic 2025-06-02 2026-02-27
ct 2025-12-01 N1:3.1/2.8
ct 2026-03-02 N1:3.2/2.8
ct 2026-06-01 N1:3.0/2.7
ct 2026-08-31 N1:3.1/2.9

# Bone primary, so N8e does not fire: N8f twice; Ewing, two countable > 5.0: P1; NEW and bilateral: P2.
patient SARC-008 birth_date=2012-09-17 sex=male histology=ewing_sarcoma tissue=bone grade=high primary_site=pelvis curative_treatment_completed_on=2025-12-12 resection_date=2025-07-15 dlp=46 phantom=16
story A boy with an Ewing sarcoma: two new nodules over 5 mm
expect TUMOUR_BOARD METASTASIS_CRITERIA_MET 2026-11-23 P1 P2 R4
nodule N1 side=right lobe=rll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-68.8,44.0,-170.3 hu=21
nodule N2 side=left lobe=lul location=subpleural attenuation=solid shape=round margin=smooth calcification=none at=73.1,-21.9,-92.6 hu=14
therapy systemic 2025-02-24 2025-12-12
ct 2026-02-09
ct 2026-05-11
ct 2026-08-10
ct 2026-11-09 N1:new:5.6/5.0 N2:new:5.3/4.7

# ---------------------------------------------------------------- late and lost

# 15 months after resection: +3 months = 2026-03-09. The radiograph of June answers nothing.
patient SARC-009 birth_date=1974-12-11 sex=female histology=myxofibrosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2024-11-08 resection_date=2024-09-03 dlp=70
story Overdue: the CT of March was never made, a radiograph does not stand in for it
expect CONTINUE_SURVEILLANCE NO_NODULE 2026-03-09 R1
ct 2024-12-10
ct 2025-03-11
ct 2025-06-10
ct 2025-09-09
ct 2025-12-09
xr 2026-06-16

# NEW below 5.0: N8f, so the next CT after 42 days (O-71). Nobody came back for it.
patient SARC-010 birth_date=1958-02-26 sex=male histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=trunk curative_treatment_completed_on=2023-03-31 resection_date=2023-01-17 dlp=88
story Lost to follow-up with an open finding
expect SHORT_INTERVAL_CT INDETERMINATE 2023-11-28 R3
nodule N1 side=left lobe=lingula location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=82.4,-49.0,-172.2 hu=5
ct 2023-04-18
ct 2023-07-18
ct 2023-10-17 N1:new:4.4/3.9

# ---------------------------------------------------------------- tumour board

# 6.0 is inclusive: N8d.
patient SARC-011 birth_date=1966-09-05 sex=female histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-07-04 resection_date=2025-05-13 dlp=74
story New nodule of 6.0 mm
expect TUMOUR_BOARD SUSPICIOUS 2026-11-24 R4
nodule N1 side=right lobe=rul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-58.6,3.7,-88.1 hu=27
ct 2025-08-12
ct 2025-11-11
ct 2026-02-10
ct 2026-05-12
ct 2026-08-11
ct 2026-11-10 N1:new:6.0/5.3

# N8f twice; two NEW countable nodules, one on each side: P2.
patient SARC-012 birth_date=1988-07-14 sex=male histology=synovial_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-10-03 resection_date=2025-08-14 dlp=63
story New micronodules in both lungs
expect TUMOUR_BOARD SUSPICIOUS 2026-11-26 P2 R4
nodule N1 side=right lobe=rml location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-74.9,-38.2,-159.4
nodule N2 side=left lobe=lll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=69.7,47.5,-196.0
ct 2025-11-13
ct 2026-02-12
ct 2026-05-14
ct 2026-08-13
ct 2026-11-12 N1:new:2.8/2.6 N2:new:3.1/2.7

# N8d, N8f, N8f; three countable >= 5.0: P1 (EURAMOS-like); bilateral: P2.
patient SARC-013 birth_date=2002-04-09 sex=female histology=osteosarcoma tissue=bone grade=high primary_site=extremity curative_treatment_completed_on=2025-09-19 resection_date=2025-03-25 dlp=60
story Three new nodules of 5 mm and more: imaging criteria met
expect TUMOUR_BOARD METASTASIS_CRITERIA_MET 2026-11-24 P1 P2 R4
nodule N1 side=right lobe=rll location=subpleural attenuation=solid shape=round margin=smooth calcification=none at=-94.4,61.3,-207.5 hu=38
nodule N2 side=left lobe=lul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=57.2,-18.0,-101.9 hu=25
nodule N3 side=right lobe=rul location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=-80.1,14.6,-93.3 hu=22
therapy systemic 2025-01-06 2025-09-19
ct 2025-11-11
ct 2026-02-10
ct 2026-05-12
ct 2026-08-11
ct 2026-11-10 N1:new:6.9/6.2 N2:new:5.4/4.9 N3:new:5.1/4.4

# Five NEW countable: P4a (urgent, before the board's R4); P2 holds as well.
patient SARC-014 birth_date=1995-10-28 sex=male histology=epithelioid_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-12-05 resection_date=2025-11-04 dlp=69
story Five new nodules at once
expect URGENT_ESCALATION SUSPICIOUS 2026-11-15 P2 P4a
nodule N1 side=right lobe=rul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-62.3,-9.1,-84.7
nodule N2 side=right lobe=rll location=subpleural attenuation=solid shape=round margin=smooth calcification=none at=-107.8,33.9,-192.0
nodule N3 side=left lobe=lul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=71.6,-25.4,-99.8
nodule N4 side=left lobe=lll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=66.5,49.2,-203.1
nodule N5 side=right lobe=rml location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=-77.0,-51.3,-168.6
ct 2026-02-13
ct 2026-05-15
ct 2026-08-14
ct 2026-11-13 N1:new:4.4/4.0 N2:new:4.1/3.7 N3:new:3.6/3.2 N4:new:3.2/3.0 N5:new:2.9/2.5

# 24 days only: no comparable prior, but a younger measurement says UNEQUIVOCAL; VDT about 13 days, >= 6.0: P4b.
patient SARC-015 birth_date=1997-06-21 sex=female histology=mpnst tissue=soft_tissue grade=high primary_site=trunk curative_treatment_completed_on=2026-02-20 resection_date=2025-12-16 dlp=65
story Rapid growth in 24 days between the quarterly CT and the one planning the biopsy
expect URGENT_ESCALATION SUSPICIOUS 2026-11-15 P4b
nodule N1 side=left lobe=lll location=subpleural attenuation=solid shape=round margin=smooth calcification=none at=104.2,36.8,-185.5 hu=34 volume=semi_automatic
ct 2026-04-14
ct 2026-07-21
ct 2026-10-20 N1:new:5.4/4.8/66
ct 2026-11-13 N1:8.2/7.5/241

# ---------------------------------------------------------------- local treatment of lung nodules

# TREATED; seven CTs without change, 17 months from the first after SBRT: N13b. Start = metastasectomy of N2: quarterly.
patient SARC-016 birth_date=1964-03-12 sex=female histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2022-11-18 resection_date=2022-09-13 known_lung_metastases=resected lung_metastases_diagnosed_on=2024-12-17 dlp=81
story One metastasis resected, the other treated by SBRT and stable for over a year
expect CONTINUE_SURVEILLANCE LOW_SUSPICION 2027-01-13 R2
nodule N1 side=left lobe=lll location=parenchymal attenuation=solid shape=irregular margin=ill_defined calcification=none at=59.8,33.4,-178.2 hu=19
nodule N2 side=right lobe=rul location=subpleural attenuation=solid shape=round margin=smooth calcification=none at=-86.7,-22.5,-91.4 hu=31
therapy metastasectomy 2025-01-14 2025-01-14 N2
therapy sbrt 2025-02-24 2025-03-05 N1
ct 2024-03-12
ct 2024-09-10 N1:new:7.4/6.7 N2:new:9.1/8.2
ct 2024-12-03 N1:9.6/8.8 N2:11.5/10.4
ct 2025-04-15 N1:10.2/9.1
ct 2025-07-15 N1:10.0/9.0
ct 2025-10-14 N1:10.1/8.9
ct 2026-01-13 N1:9.9/8.8
ct 2026-04-14 N1:10.0/8.8
ct 2026-07-14 N1:10.1/8.9
ct 2026-10-13 N1:9.9/8.7

# TREATED; +3.0 and more against the CTs after SBRT: N13a. The board is asked for since 2025-11-11 (N13, R4b), and that date stands (4b).
patient SARC-017 birth_date=1950-01-04 sex=male histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2024-06-14 resection_date=2024-04-09 dlp=92
story SBRT of an unproven nodule, then growth
expect TUMOUR_BOARD SUSPICIOUS 2025-11-25 R4
nodule N1 side=right lobe=rll location=parenchymal attenuation=solid shape=irregular margin=ill_defined calcification=none at=-72.5,29.7,-183.8 hu=24
therapy sbrt 2025-09-15 2025-09-22 N1
ct 2024-07-09
ct 2024-10-08
ct 2025-01-14
ct 2025-04-15 N1:new:6.3/5.6
ct 2025-08-12 N1:8.5/7.7
ct 2025-11-11 N1:8.9/7.8
ct 2026-02-10 N1:8.6/7.7
ct 2026-05-12 N1:8.8/7.6
ct 2026-08-11 N1:9.2/8.0
ct 2026-11-10 N1:12.2/10.6

# A row after its metastasectomy: NEW again, at the staple line, >= 5.0: N17a. NEW and INDETERMINATE: CT after 42 days.
patient SARC-018 birth_date=2000-11-30 sex=male histology=osteosarcoma tissue=bone grade=high primary_site=extremity curative_treatment_completed_on=2023-10-06 resection_date=2023-05-16 known_lung_metastases=resected lung_metastases_diagnosed_on=2025-06-10 dlp=67
story Metastasectomy, and a nodule at the staple line 17 months later
expect SHORT_INTERVAL_CT INDETERMINATE 2026-12-22 R3
nodule N1 side=left lobe=lll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=83.0,21.3,-192.8 hu=36
therapy systemic 2023-02-06 2023-10-06
therapy metastasectomy 2025-06-03 2025-06-03 N1
ct 2024-12-10
ct 2025-03-11 N1:new:5.7/5.1
ct 2025-05-13 N1:7.8/7.0
ct 2025-08-12
ct 2025-11-11
ct 2026-02-10
ct 2026-05-12
ct 2026-08-11
ct 2026-11-10 N1:6.4/5.3:location=staple_line,shape=irregular

# ---------------------------------------------------------------- look-alikes

# Typical node, STABLE for 14 months: N11b BENIGN_APPEARING.
patient SARC-019 birth_date=1979-08-08 sex=female histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-06-13 resection_date=2025-04-22 dlp=64
story Intrapulmonary lymph node on the fissure
expect CONTINUE_SURVEILLANCE BENIGN_APPEARING 2027-01-20 R1
nodule N1 side=right lobe=rml location=perifissural attenuation=solid shape=triangular margin=smooth calcification=none at=-69.3,-17.7,-149.2 hu=11
ct 2025-07-22 N1:5.3/3.9
ct 2025-10-21 N1:5.2/3.9
ct 2026-01-20 N1:5.4/4.0
ct 2026-04-21 N1:5.3/3.8
ct 2026-07-21 N1:5.2/3.9
ct 2026-10-20 N1:5.3/4.0

# Fat and popcorn calcification, histology known and no liposarcoma, STABLE: N3. 32 months: 6-monthly.
patient SARC-020 birth_date=1970-10-15 sex=male histology=myxofibrosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2024-02-02 resection_date=2023-11-21 dlp=79
story Hamartoma: fat in a nodule of a patient without liposarcoma
expect CONTINUE_SURVEILLANCE BENIGN_APPEARING 2027-02-18 R1
nodule N1 side=right lobe=rll location=parenchymal attenuation=fat_containing shape=lobulated margin=smooth calcification=popcorn at=-55.4,18.9,-166.7 hu=-48
ct 2024-02-20 N1:11.7/10.4
ct 2024-05-21 N1:11.8/10.5
ct 2024-08-20 N1:11.6/10.4
ct 2024-11-19 N1:11.8/10.3
ct 2025-02-18 N1:11.9/10.6
ct 2025-05-20 N1:11.7/10.5
ct 2025-08-19 N1:11.8/10.6
ct 2025-11-18 N1:12.0/10.5
ct 2026-02-17 N1:11.8/10.4
ct 2026-08-18 N1:11.9/10.6

# The same look in a liposarcoma gives no benign credit: NEW >= 6.0: N8d.
patient SARC-021 birth_date=1963-05-27 sex=male histology=dedifferentiated_liposarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-10-17 resection_date=2025-08-12 dlp=86
story New fat-containing nodule of a patient with liposarcoma
expect TUMOUR_BOARD SUSPICIOUS 2026-11-24 R4
nodule N1 side=left lobe=lul location=parenchymal attenuation=fat_containing shape=lobulated margin=smooth calcification=none at=61.8,-27.1,-113.0 hu=-57
ct 2025-11-11
ct 2026-02-10
ct 2026-05-12
ct 2026-08-11
ct 2026-11-10 N1:new:7.2/6.3

# ---------------------------------------------------------------- PET

# N11c (STABLE below 5.0), raised by SUVmax 1.8 to INDETERMINATE: N7b.
patient SARC-022 birth_date=1985-01-23 sex=female histology=synovial_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-11-14 resection_date=2025-09-23 dlp=59
story Small stable nodule, FDG-avid
expect SHORT_INTERVAL_CT INDETERMINATE 2026-12-15 R3
nodule N1 side=right lobe=rul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-66.2,-4.8,-101.1 hu=20
ct 2025-12-16 N1:4.5/4.0
ct 2026-03-17 N1:4.6/4.1
ct 2026-06-16 N1:4.5/4.1
ct 2026-09-15 N1:4.6/4.2
pet 2026-10-06 N1:-:suv_max=1.8

# STABLE 9 months at 8.6 (12 are asked): N11e; SUVmax 0.9 changes nothing: N7c; PET is not offered again (not avid).
patient SARC-023 birth_date=1976-04-18 sex=male histology=myxoid_liposarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-11-28 resection_date=2025-10-07 dlp=83
story PET negative in a myxoid liposarcoma: no reassurance
expect SHORT_INTERVAL_CT INDETERMINATE 2027-01-06 R3
nodule N1 side=left lobe=lll location=subpleural attenuation=solid shape=lobulated margin=smooth calcification=none at=96.1,44.5,-198.7 hu=-6
ct 2026-01-06 N1:8.5/7.4
ct 2026-04-07 N1:8.7/7.5
ct 2026-07-07 N1:8.4/7.4
ct 2026-10-06 N1:8.6/7.5
pet 2026-10-14 N1:-:suv_max=0.9

# ---------------------------------------------------------------- subsolid

# NEW ground-glass below 5.0: N8b. 60 months after resection: yearly, but the 6-month cap holds for what is NEW.
patient SARC-024 birth_date=1959-07-01 sex=female histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2021-08-27 resection_date=2021-06-15 dlp=71
story Ground-glass of 4.4 mm five years out
expect CONTINUE_SURVEILLANCE LOW_SUSPICION 2026-12-16 R2
nodule N1 side=right lobe=rul location=parenchymal attenuation=ground_glass shape=round margin=ill_defined calcification=none at=-78.8,-30.2,-79.9 hu=-634
ct 2023-12-12
ct 2024-06-18
ct 2024-12-17
ct 2025-06-17
ct 2025-12-16
ct 2026-06-16 N1:new:4.4/4.0

# NEW ground-glass >= 5.0: N8c.
patient SARC-025 birth_date=1969-09-29 sex=male histology=myxofibrosarcoma tissue=soft_tissue grade=high primary_site=trunk curative_treatment_completed_on=2025-08-15 resection_date=2025-06-24 dlp=76
story New ground-glass of 6.3 mm
expect SHORT_INTERVAL_CT INDETERMINATE 2026-12-22 R3
nodule N1 side=left lobe=lul location=parenchymal attenuation=ground_glass shape=round margin=ill_defined calcification=none at=54.3,-11.0,-84.6 hu=-601
ct 2025-09-23
ct 2025-12-23
ct 2026-03-24
ct 2026-06-23
ct 2026-09-22 N1:new:6.3/5.6

# STABLE for 3 months at 9.3: N11e. The follow-up CT did not settle it, PET can answer (>= 8.0, part-solid, avid): R3p.
patient SARC-026 birth_date=1952-02-08 sex=male histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2026-07-03 resection_date=2026-05-12 dlp=94
story Part-solid nodule of an older smoker, unchanged at three months: PET/CT, with a safety-net CT
expect PET_CT INDETERMINATE 2026-12-01 R3p
nodule N1 side=right lobe=rul location=parenchymal attenuation=part_solid shape=oval margin=ill_defined calcification=none at=-70.6,-19.4,-83.5 hu=-296
ct 2026-07-28 N1:9.1/7.9:solid_component_mm=3.7
ct 2026-11-03 N1:9.3/7.9:solid_component_mm=3.8

# ---------------------------------------------------------------- technique

# +2.2 against 5-mm slices: their threshold is 3.0, so POSSIBLE, not UNEQUIVOCAL: N10, R3 in 42 days and not the board.
patient SARC-027 birth_date=1967-12-20 sex=female histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2026-01-30 resection_date=2025-12-02 dlp=80
story A change of 2.2 mm, but the earlier CTs had 5-mm slices
expect SHORT_INTERVAL_CT INDETERMINATE 2026-11-24 R3
nodule N1 side=left lobe=lll location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=74.4,26.6,-189.9 hu=16
ct 2026-03-03 slice_thickness_mm=5.0 iv_contrast=given dlp_mgy_cm=268.4 N1:4.3/3.8
ct 2026-06-02 slice_thickness_mm=5.0 iv_contrast=given dlp_mgy_cm=274.9 N1:4.1/3.7
ct 2026-09-01 N1:6.4/5.2
ct 2026-10-13 N1:6.3/5.2

# The same calcified nodule was benign in July; on the contrast CT it earns nothing: STABLE 9 months at 6.2: N11e.
patient SARC-028 birth_date=1972-03-03 sex=male histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-12-19 resection_date=2025-10-28 dlp=78
story Contrast medium spoils the calcification
expect SHORT_INTERVAL_CT INDETERMINATE 2027-01-27 R3
nodule N1 side=left lobe=lingula location=parenchymal attenuation=solid shape=round margin=smooth calcification=central at=72.9,-41.8,-158.0 hu=338
ct 2026-01-27 N1:6.1/5.7
ct 2026-04-28 N1:6.2/5.7
ct 2026-07-28 N1:6.1/5.6
ct 2026-10-27 iv_contrast=given dlp_mgy_cm=291.6 N1:6.2/5.8

# Calipers +2.0 and more on one axis, volumes +5 to +11 %: "methods disagree", POSSIBLE: N10.
patient SARC-029 birth_date=1993-08-16 sex=female histology=epithelioid_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-12-12 resection_date=2025-10-21 dlp=62
story Volume says stable, calipers say grown: measure again
expect SHORT_INTERVAL_CT INDETERMINATE 2026-12-01 R3
nodule N1 side=right lobe=rll location=subpleural attenuation=solid shape=irregular margin=lobulated calcification=none at=-99.5,47.7,-210.2 hu=23 volume=automatic
ct 2026-01-20 N1:5.6/4.9/78
ct 2026-04-21 N1:5.7/4.9/80
ct 2026-07-21 N1:5.5/4.8/76
ct 2026-10-20 N1:7.7/4.6/84

# No diagnostic CT: G6.
patient SARC-030 birth_date=1982-06-30 sex=male histology=clear_cell_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2026-04-17 resection_date=2026-03-10
story Chest radiographs only
expect DATA_REQUIRED UNCLASSIFIABLE 2026-11-20 G6
xr 2026-05-19
xr 2026-08-25
xr 2026-11-03

# ---------------------------------------------------------------- gates

# Haemoptysis on the index CT: G1, two days.
patient SARC-031 birth_date=1957-10-10 sex=female histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-03-21 resection_date=2025-02-04 dlp=82
story Haemoptysis
expect URGENT_ESCALATION NOT_APPLICABLE 2026-11-14 G1
nodule N1 side=right lobe=rll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-63.1,31.8,-181.6 hu=17
ct 2026-02-12 N1:4.4/3.9
ct 2026-05-14 N1:4.5/4.0
ct 2026-08-13 N1:4.4/4.0
ct 2026-11-12 symptoms=haemoptysis N1:4.6/4.1

# New pneumothorax: P4c, two days. The class is still given: NEW 5.5 in a bone primary: N8f.
patient SARC-032 birth_date=2005-12-05 sex=male histology=osteosarcoma tissue=bone grade=high primary_site=extremity curative_treatment_completed_on=2026-01-23 resection_date=2025-08-19 dlp=57
story New pneumothorax beside a new subpleural cavity
expect URGENT_ESCALATION INDETERMINATE 2026-11-12 P4c
nodule N1 side=left lobe=lul location=subpleural attenuation=cavitary shape=round margin=smooth calcification=none at=88.6,-34.3,-95.8 hu=-214
therapy systemic 2025-05-26 2026-01-23
ct 2026-02-10
ct 2026-05-12
ct 2026-08-11
ct 2026-11-10 new_pneumothorax=yes N1:new:5.5/5.0

# Class without gates would be LOW_SUSPICION (N11c), so G4 decides: hand over to Variant 4 (bone).
patient SARC-033 birth_date=1971-01-17 sex=female histology=chondrosarcoma tissue=bone grade=high primary_site=pelvis curative_treatment_completed_on=2025-05-06 resection_date=2025-05-06 dlp=75
story Local recurrence suspected: another pathway
expect OUT_OF_SCOPE NOT_APPLICABLE 2026-11-23 G4
nodule N1 side=left lobe=lll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=61.0,39.9,-194.4 hu=13
ct 2025-11-10 N1:3.9/3.5
ct 2026-02-09 N1:4.0/3.5
ct 2026-05-11 N1:3.9/3.4
ct 2026-08-10 N1:3.8/3.5
ct 2026-11-09 symptoms=local_swelling suspected_local_recurrence=yes N1:3.9/3.5

# Retroperitoneal: G2.
patient SARC-034 birth_date=1960-08-25 sex=male histology=dedifferentiated_liposarcoma tissue=soft_tissue grade=high primary_site=retroperitoneal curative_treatment_completed_on=2025-11-06 resection_date=2025-11-06 dlp=90
story Retroperitoneal primary: out of scope
expect OUT_OF_SCOPE NOT_APPLICABLE 2026-11-25 G2
ct 2026-02-11
ct 2026-05-13
ct 2026-08-12
ct 2026-11-11

# Not completed: G3. The nodule is shown all the same.
patient SARC-035 birth_date=2009-03-14 sex=female histology=ewing_sarcoma tissue=bone grade=high primary_site=extremity curative_treatment=not_completed dlp=52
story Primary not yet treated: staging is another pathway
expect OUT_OF_SCOPE NOT_APPLICABLE 2026-11-24 G3
nodule N1 side=right lobe=rul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-60.9,-2.6,-80.8 hu=10
therapy systemic 2026-10-22 -
ct 2026-10-13 N1:3.6/3.2
ct 2026-11-10 N1:3.5/3.1

# Moved: G0, no date.
patient SARC-036 birth_date=1990-05-02 sex=male histology=synovial_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2024-12-13 resection_date=2024-10-15 follow_up_status=moved dlp=66
story Moved away
expect OUT_OF_SCOPE NOT_APPLICABLE - G0
ct 2025-01-14
ct 2025-04-15
ct 2025-07-15
ct 2025-10-14

# ---------------------------------------------------------------- schedules

# Low grade, 29 months: every 6 months.
patient SARC-037 birth_date=1973-11-19 sex=female histology=chondrosarcoma tissue=bone grade=low primary_site=extremity curative_treatment_completed_on=2024-02-13 resection_date=2024-02-13 dlp=73
story Low grade on the long schedule, no nodule
expect CONTINUE_SURVEILLANCE NO_NODULE 2027-02-11 R1
ct 2024-08-13
ct 2025-02-11
ct 2025-08-12
ct 2026-02-10
ct 2026-08-11

# 84 months: yearly; STABLE for 48 months, so the 6-month cap is over: N11c.
patient SARC-038 birth_date=1956-04-27 sex=male histology=myxofibrosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2019-12-20 resection_date=2019-10-08 dlp=87
story Seven years out, yearly, a nodule that never changed
expect CONTINUE_SURVEILLANCE LOW_SUSPICION 2027-10-13 R2
nodule N1 side=left lobe=lll location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=80.5,35.1,-206.9 hu=12
ct 2022-10-11 N1:3.8/3.2
ct 2023-04-11 N1:3.9/3.3
ct 2023-10-10 N1:3.8/3.3
ct 2024-04-09 N1:3.7/3.2
ct 2024-10-15 N1:3.8/3.3
ct 2025-10-14 N1:3.9/3.2
ct 2026-10-13 N1:3.8/3.3

# 11 months, profile six_monthly: 6 where the default asks for 3.
patient SARC-039 birth_date=1984-02-14 sex=female histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-09-26 resection_date=2025-08-05 schedule_profile=six_monthly dlp=69
story The six-monthly profile, chosen with the patient
expect CONTINUE_SURVEILLANCE NO_NODULE 2027-02-04 R1
ct 2026-02-03
ct 2026-08-04

# ---------------------------------------------------------------- what was not read or measured cannot reassure

# Reading limited: R0, although N1 alone would be LOW_SUSPICION (N11c).
patient SARC-040 birth_date=1978-07-22 sex=male histology=ups_of_bone tissue=bone grade=high primary_site=extremity curative_treatment_completed_on=2025-12-17 resection_date=2025-07-30 dlp=71
story Limited reading: breathing blurred the lower lobes
expect DATA_REQUIRED UNCLASSIFIABLE 2026-11-25 R0
nodule N1 side=right lobe=rul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-52.8,-14.1,-90.3 hu=15
ct 2026-02-11 N1:4.2/3.8
ct 2026-05-13 N1:4.3/3.8
ct 2026-08-12 N1:4.2/3.7
ct 2026-11-11 reading=limited N1:4.3/3.9

# No row of N2 on the index CT: NOT_REPORTED, N1 (the rule), R0. N1 (the nodule) is N11c.
patient SARC-041 birth_date=1965-01-31 sex=female histology=myxofibrosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-06-27 resection_date=2025-05-06 dlp=76
story A known nodule the last report does not mention
expect DATA_REQUIRED UNCLASSIFIABLE 2026-11-24 R0
nodule N1 side=right lobe=rml location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-76.3,-46.2,-161.5 hu=8
nodule N2 side=left lobe=lll location=subpleural attenuation=solid shape=oval margin=smooth calcification=none at=101.4,42.9,-199.5 hu=22
ct 2026-02-10 N1:3.7/3.3 N2:4.8/4.1
ct 2026-05-12 N1:3.6/3.3 N2:4.9/4.2
ct 2026-08-11 N1:3.8/3.4 N2:4.8/4.2
ct 2026-11-10 N1:3.7/3.2

# THE MEASURE TARGET. N1 is on the index CT without sizes: UNMEASURED, so R3 of 2026-08-11 (NEW, N8f) stands, with R0 beside it. Measuring sample_data/ct fills in sizes, volume,
# attenuation, HU and position (about 8.4 x 7.7 mm, 262 mm3): UNEQUIVOCAL_GROWTH, N4a, TUMOUR_BOARD by R4, due 2026-11-24.
patient SARC-042 birth_date=1999-10-07 sex=female histology=osteosarcoma tissue=bone grade=high primary_site=extremity curative_treatment_completed_on=2026-01-16 resection_date=2025-08-12 slice=1.25 dlp=63
story The nodule to measure: the index CT is in sample_data/ct, its sizes are not yet logged
expect SHORT_INTERVAL_CT INDETERMINATE 2026-09-22 R3
nodule N1 side=right lobe=rll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-83.1,19.8,-170.4 hu=29 volume=mask_voxels
therapy systemic 2025-05-12 2026-01-16
ct 2025-11-11
ct 2026-02-10
ct 2026-05-12
ct 2026-08-11 N1:new:5.6/5.1/83.3
ct 2026-11-10 N1:present:-:attenuation=,reader=

# ---------------------------------------------------------------- decisions recorded

# Known metastases under treatment: G5. All three shrink, none is countable.
patient SARC-043 birth_date=1962-06-16 sex=female histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-08-22 resection_date=2025-06-10 known_lung_metastases=present lung_metastases_diagnosed_on=2026-05-19 dlp=85
story Known metastases under treatment: response assessment is another question
expect OUT_OF_SCOPE NOT_APPLICABLE 2026-11-24 G5
nodule N1 side=right lobe=rll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-71.9,37.4,-190.7 hu=30
nodule N2 side=left lobe=lul location=subpleural attenuation=solid shape=round margin=smooth calcification=none at=86.8,-19.6,-106.4 hu=28
nodule N3 side=left lobe=lll location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=58.1,45.0,-201.2 hu=24
therapy systemic 2026-06-02 -
ct 2025-09-09
ct 2025-12-09
ct 2026-03-10
ct 2026-05-12 N1:new:12.1/11.0 N2:new:9.8/9.0 N3:new:7.4/6.5
ct 2026-08-11 N1:10.0/9.1 N2:7.7/7.0 N3:5.2/4.6
ct 2026-11-10 N1:7.8/7.1 N2:5.6/5.0 N3:3.1/2.8

# Grew until the board accepted the CT of 2026-02-10; STABLE against that: N16. 24 months: 6-monthly.
patient SARC-044 birth_date=1975-09-13 sex=male histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2024-10-04 resection_date=2024-08-06 dlp=80
story The board accepted a new baseline; the old growth no longer alarms
expect CONTINUE_SURVEILLANCE LOW_SUSPICION 2027-02-11 R2
nodule N1 side=right lobe=rul location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=-64.5,-7.7,-94.1 hu=21
event N1 board_baseline 2026-02-24 CT of 2026-02-10 accepted; resection declined by the patient
ct 2024-11-12 N1:5.2/4.5
ct 2025-02-11 N1:5.5/4.9
ct 2025-05-13 N1:5.9/5.1
ct 2025-08-12 N1:6.6/5.7
ct 2025-11-11 N1:7.3/6.4
ct 2026-02-10 N1:7.6/6.6
ct 2026-05-12 N1:7.5/6.6
ct 2026-08-11 N1:7.7/6.7

# N14. 21 months: quarterly.
patient SARC-045 birth_date=1954-12-29 sex=female histology=myxofibrosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-02-07 resection_date=2024-12-03 dlp=77
story Biopsy benign
expect CONTINUE_SURVEILLANCE BENIGN_APPEARING 2026-12-08 R1
nodule N1 side=left lobe=lul location=subpleural attenuation=solid shape=lobulated margin=spiculated calcification=none at=79.4,-37.0,-98.7 hu=32
event N1 pathology_benign 2026-03-24 core biopsy: organising pneumonia, no tumour
ct 2025-03-11
ct 2025-06-10
ct 2025-09-09
ct 2025-12-09
ct 2026-03-10 N1:new:9.1/7.6
ct 2026-06-09 N1:9.3/7.7
ct 2026-09-08 N1:9.2/7.5

# N15: P0. Due 14 days after the pathology.
patient SARC-046 birth_date=1987-02-19 sex=male histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-06-20 resection_date=2025-05-09 dlp=79
story Biopsy malignant
expect TUMOUR_BOARD METASTASIS_CRITERIA_MET 2026-11-27 P0 R4
nodule N1 side=right lobe=rll location=subpleural attenuation=solid shape=round margin=smooth calcification=none at=-100.8,50.5,-196.3 hu=35
event N1 pathology_malignant 2026-11-13 core biopsy: leiomyosarcoma
ct 2025-11-07
ct 2026-02-06
ct 2026-05-08
ct 2026-08-07
ct 2026-11-06 N1:new:7.8/7.1

# N1 is no nodule any more and not listed.
patient SARC-047 birth_date=1981-04-04 sex=female histology=synovial_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2026-02-13 resection_date=2025-12-09 dlp=62
story Not a nodule: a mucus plug, gone after coughing
expect CONTINUE_SURVEILLANCE NO_NODULE 2026-12-08 R1
nodule N1 side=right lobe=rll location=endobronchial attenuation=solid shape=irregular margin=smooth calcification=none at=-38.7,24.0,-174.9 hu=4
event N1 not_a_nodule 2026-06-16 mucus plug, not seen on the repeat
ct 2026-03-10
ct 2026-06-09 N1:new:5.4/3.6
ct 2026-09-08

# Histology, grade, resection date, slices unknown: STABLE below 5.0: N11c; unknown start: quarterly.
patient SARC-048 birth_date=1968-01-01 sex=unknown primary_site=extremity curative_treatment=unknown known_lung_metastases= dlp=-
story Referred with thin papers: what is missing is flagged, nobody is dropped
expect CONTINUE_SURVEILLANCE LOW_SUSPICION 2026-12-29 R2
nodule N1 side=unknown location=unknown attenuation=solid shape=unknown margin=unknown calcification=unknown
ct 2026-06-30 slice_thickness_mm= iv_contrast=unknown N1:3.9/
ct 2026-09-29 slice_thickness_mm= iv_contrast=unknown N1:4.1/3.6

# ---------------------------------------------------------------- a few more for the board's list

# STABLE 5 months at 7.2: N11e, raised by SUVmax 2.4 (>= 6.0): N7a. Due 14 days after the PET/CT.
patient SARC-049 birth_date=1998-08-31 sex=female histology=alveolar_soft_part_sarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-12-12 resection_date=2025-11-04 dlp=61
story Stable nodule of 7 mm, FDG-avid
expect TUMOUR_BOARD SUSPICIOUS 2026-11-27 R4
nodule N1 side=left lobe=lul location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=56.6,-23.3,-120.4 hu=37
ct 2026-02-10
ct 2026-05-12 N1:new:7.1/6.4
ct 2026-08-11 N1:7.2/6.4
ct 2026-11-10 N1:7.2/6.5
pet 2026-11-13 N1:-:suv_max=2.4

# 5.0 against 5.1, 2.9, 5.0: one outlier of three: POSSIBLE, re-measure: N10.
patient SARC-050 birth_date=1977-05-25 sex=male histology=leiomyosarcoma tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-12-05 resection_date=2025-10-14 dlp=84
story One outlying prior among three: measured off the centre in April
expect SHORT_INTERVAL_CT INDETERMINATE 2026-12-01 R3
nodule N1 side=right lobe=rll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-67.4,22.5,-186.0 hu=19
ct 2026-01-20 N1:5.1/4.4
ct 2026-04-21 reader=R3 N1:2.9/2.4
ct 2026-07-21 N1:5.0/4.4
ct 2026-10-20 N1:5.0/4.3

# +1.7 and +1.6: each POSSIBLE (N10), two at once: P5.
patient SARC-051 birth_date=1953-03-21 sex=female histology=ups_soft_tissue tissue=soft_tissue grade=high primary_site=extremity curative_treatment_completed_on=2025-03-14 resection_date=2025-01-21 dlp=89
story Two nodules creeping together
expect TUMOUR_BOARD SUSPICIOUS 2026-11-24 P5 R4
nodule N1 side=right lobe=rml location=parenchymal attenuation=solid shape=oval margin=smooth calcification=none at=-81.7,-40.4,-165.1 hu=14
nodule N2 side=right lobe=rll location=parenchymal attenuation=solid shape=round margin=smooth calcification=none at=-74.0,30.9,-195.2 hu=18
ct 2025-11-11 N1:4.1/3.5 N2:3.4/3.0
ct 2026-02-10 N1:4.6/3.9 N2:3.8/3.4
ct 2026-05-12 N1:4.9/4.3 N2:4.2/3.7
ct 2026-08-11 N1:5.4/4.7 N2:4.6/4.1
ct 2026-11-10 N1:5.8/5.0 N2:5.0/4.4
