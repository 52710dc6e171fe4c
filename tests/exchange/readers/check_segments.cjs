// check_segments.cjs LIBRARIES SEG.dcm CT: the voxels of each segment as Cornerstone's adapters (what OHIF runs) read them,
// one line each: number, label, voxels.
const fs = require('fs');
const path = require('path');
const { withLibraries, planeOf } = require('./readers.cjs');

const [libraries, file, ctFolder] = process.argv.slice(2);
const readers = withLibraries(libraries);
const say = console.log;
for (const kind of ['log', 'warn', 'info', 'debug']) console[kind] = () => {};

const slices = new Map();
for (const name of fs.readdirSync(ctFolder)) {
  const slice = readers.dataSet(path.join(ctFolder, name));
  slices.set(`id:${slice.SOPInstanceUID}`, slice);
}
const ids = [...slices.keys()].sort((one, other) => slices.get(one).ImagePositionPatient[2] - slices.get(other).ImagePositionPatient[2]);

function provide(kind, id) {
  const slice = slices.get(id);
  if (!slice) return undefined;
  if (kind === 'instance') return slice;
  if (kind === 'imagePlaneModule') return planeOf(slice);
  if (kind === 'generalSeriesModule') return { seriesInstanceUID: slice.SeriesInstanceUID, studyInstanceUID: slice.StudyInstanceUID, modality: 'CT' };
  if (kind === 'sopCommonModule') return { sopInstanceUID: slice.SOPInstanceUID, sopClassUID: slice.SOPClassUID };
  return kind === 'frameNumber' ? 1 : undefined;
}
readers.metaData.addProvider(provide, 1000);

async function main() {
  const read = await readers.adapters.adaptersSEG.Cornerstone3D.Segmentation.createFromDICOMSegBuffer(ids, readers.bytesOf(file), { metadataProvider: { get: provide } });
  const voxels = new Map();
  for (const image of read.labelMapImages.flat(2)) {
    for (const segment of image.getPixelData()) if (segment) voxels.set(segment, (voxels.get(segment) ?? 0) + 1);
  }
  for (const one of read.segMetadata.data.filter(Boolean)) say(`${one.SegmentNumber} ${one.SegmentLabel} ${voxels.get(Number(one.SegmentNumber)) ?? 0}`);
}
main().catch((error) => {
  say(`Cornerstone cannot read it: ${error.message ?? error}`);
  process.exit(1);
});
