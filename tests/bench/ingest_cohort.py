"""ingest_cohort.py PATIENTS FOLDER: a record of that many patients, three scans and five measurements each."""

import datetime
import pathlib
import random
import sys

PATIENT_COLUMNS = (
    "patient_id,birth_date,sex,histology,tissue,grade,primary_site,curative_treatment_completed_on,resection_date,"
    "known_lung_metastases,schedule_profile,curative_treatment,lung_metastases_diagnosed_on,follow_up_status\n"
)
SCAN_COLUMNS = (
    "patient_id,scan_id,scan_date,modality,purpose,iv_contrast,slice_thickness_mm,reading,symptoms,"
    "suspected_local_recurrence,new_pneumothorax,new_pleural_effusion,dlp_mgy_cm,dose_phantom_cm\n"
)
MEASUREMENT_COLUMNS = (
    "patient_id,scan_id,nodule_id,status,side,lobe,location,long_axis_mm,short_axis_mm,volume_mm3,volume_method,"
    "attenuation,solid_component_mm,shape,margin,calcification,suv_max,position_x_mm,position_y_mm,position_z_mm,"
    "mean_hu,reader\n"
)
HISTOLOGIES = ["osteosarcoma", "ewing_sarcoma", "ups_soft_tissue", "leiomyosarcoma", "synovial_sarcoma"]


def main():
    count, folder = int(sys.argv[1]), pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(5)
    with (
        open(folder / "patients.csv", "w", encoding="utf-8") as patients,
        open(folder / "scans.csv", "w", encoding="utf-8") as scans,
        open(folder / "measurements.csv", "w", encoding="utf-8") as measurements,
    ):
        patients.write(PATIENT_COLUMNS)
        scans.write(SCAN_COLUMNS)
        measurements.write(MEASUREMENT_COLUMNS)
        for number in range(count):
            patient = f"P{number:07d}"
            start = datetime.date(2018, 1, 1) + datetime.timedelta(days=dice.randrange(1500))
            patients.write(
                f"{patient},{1940 + dice.randrange(60)}-05-12,{dice.choice(['female', 'male'])},"
                f"{dice.choice(HISTOLOGIES)},,{dice.choice(['low', 'high'])},extremity,{start},{start},none,default,"
                "completed,,active\n"
            )
            places = [
                f"{dice.choice(['left,lll', 'right,rul'])},{dice.choice(['parenchymal', 'subpleural'])}" for _ in range(2)
            ]
            positions = [
                (dice.randrange(-150, 150), dice.randrange(-100, 100), dice.randrange(-300, 0)) for _ in range(2)
            ]
            for visit, nodules in enumerate([1, 2, 2]):
                day = start + datetime.timedelta(days=90 * (visit + 1))
                scan = f"{patient}-{day}"
                scans.write(
                    f"{patient},{scan},{day},ct,diagnostic,none,1.0,complete,,no,no,no,{dice.randrange(100, 400)}.5,32\n"
                )
                for nodule in range(nodules):
                    size = dice.randrange(30, 150) / 10
                    x, y, z = positions[nodule]
                    measurements.write(
                        f"{patient},{scan},N{nodule + 1},present,{places[nodule]},{size},"
                        f"{size * 0.8:.1f},,,solid,,{dice.choice(['round', 'oval'])},"
                        f"{dice.choice(['smooth', 'lobulated'])},none,,{x}.5,"
                        f"{y}.25,{z}.0,,R{dice.randrange(9)}\n"
                    )


main()
