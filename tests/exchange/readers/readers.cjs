// The readers of other programs: how OHIF opens a report (its own extension, outside a browser), and what Cornerstone's
// adapters make of one. `libraries` is the bundle of libraries.mjs.
const fs = require('fs');
const path = require('path');
const Module = require('module');

// Browsers and newer Nodes have them; Node 18 does not.
globalThis.crypto ??= require('crypto').webcrypto;
globalThis.CustomEvent ??= class extends Event {
  constructor(kind, told) {
    super(kind, told);
    this.detail = told?.detail;
  }
};

const extensionFile = path.join(__dirname, 'node_modules/@ohif/extension-cornerstone-dicom-sr/dist/ohif-extension-cornerstone-dicom-sr.umd.js');
const tools = ['Bidirectional', 'Length', 'EllipticalROI', 'ArrowAnnotate', 'PlanarFreehandROI', 'Probe', 'CircleROI', 'RectangleROI', 'Angle', 'CobbAngle'];

/** Whatever is asked of it, it answers with itself: stands for the parts of a browser that reading a report does not need. */
function anything() {
  return new Proxy(function () {}, {
    get: (target, key) => {
      if (key === Symbol.toPrimitive) return () => '';
      if (key === 'prototype') return {};
      return key === 'then' ? undefined : anything();
    },
    apply: () => anything(),
    construct: () => ({}),
  });
}
const standIn = (parts) => new Proxy(parts, { get: (target, key) => target[key] ?? anything() });

class ImageSet {
  constructor(images) {
    Object.assign(this, images);
  }
}

exports.withLibraries = (librariesFile) => {
  const { dcmjs, adapters, metaData } = require(path.resolve(librariesFile));
  const { DicomMessage, DicomMetaDictionary } = dcmjs.data;

  const bytesOf = (file) => {
    const read = fs.readFileSync(file);
    return read.buffer.slice(read.byteOffset, read.byteOffset + read.byteLength);
  };
  /** A data set by names, as both programs have it. */
  const dataSet = (file) => {
    const read = DicomMessage.readFile(bytesOf(file), { untilTag: '7FE00010' });
    const named = DicomMetaDictionary.naturalizeDataset(read.dict);
    named._meta = DicomMetaDictionary.namifyDataset(read.meta);
    return named;
  };
  return { adapters, metaData, bytesOf, dataSet, ohif: () => ohifReader(adapters), cornerstone: () => cornerstoneReader(adapters, metaData) };
};

/** Opens data sets of reports with OHIF's extension: what it lists of each, and whether it can be edited. */
function ohifReader(adapters) {
  const images = new Map();
  globalThis.window ??= globalThis;
  globalThis.self ??= globalThis;
  globalThis.document ??= { createElement: () => ({ style: {}, appendChild() {}, setAttribute() {} }), head: { appendChild() {} }, addEventListener() {}, querySelector: () => null };
  globalThis.navigator ??= { userAgent: '' };
  const core = standIn({
    utils: standIn({ guid: () => `g${images.size}`, sortStudyInstances: (all) => all }),
    classes: standIn({ ImageSet, MetadataProvider: { getUIDsFromImageID: (id) => images.get(id) } }),
    DisplaySetService: { EVENTS: { DISPLAY_SETS_ADDED: 'added' } },
  });
  const load = Module._load;
  Module._load = function (name, ...rest) {
    if (name === '@ohif/core') return core;
    if (name === '@cornerstonejs/adapters') return adapters;
    if (/^(@ohif|@cornerstonejs|gl-matrix|react)/.test(name)) {
      return standIn({ Enums: standIn({}), BaseTool: class {}, AnnotationTool: class {}, SRTool: class {} });
    }
    return load.call(this, name, ...rest);
  };
  const extension = require(extensionFile);
  Module._load = load;

  return async (report, ctImages) => {
    const said = [];
    images.clear();
    for (const one of ctImages) images.set(`id:${one.SOPInstanceUID}`, { SOPInstanceUID: one.SOPInstanceUID, frameNumber: 1 });
    const ct = new ImageSet({ images: ctImages, sopClassUids: ctImages.map((one) => one.SOPClassUID), displaySetInstanceUID: 'ct', StudyInstanceUID: report.StudyInstanceUID });
    const services = {
      uiNotificationService: { show: (one) => said.push(one.message) },
      displaySetService: { EVENTS: { DISPLAY_SETS_ADDED: 'added' }, activeDisplaySets: ctImages.length ? [ct] : [], subscribe() {} },
      measurementService: { getSourceMappings: () => tools.map((tool) => ({ annotationType: tool })) },
    };
    const source = [{ getImageIdsForDisplaySet: (set) => set.images.map((one) => `id:${one.SOPInstanceUID}`) }];
    const manager = { getDataSources: () => source, getActiveDataSource: () => source };
    const [handler] = (extension.default ?? extension).getSopClassHandlerModule({ servicesManager: { services }, extensionManager: manager });
    const [set] = handler.getDisplaySetsFromSeries([report]);
    if (!set) throw new Error(`OHIF refuses it: ${said.join(' ')}`);
    await set.load();
    return { isEditable: set.isRehydratable, measurements: set.measurements };
  };
}

/** The calipers that Cornerstone's adapters make of a report, in mm of the CT. */
function cornerstoneReader(adapters, metaData) {
  const images = new Map();
  const provide = (kind, id) => {
    const one = images.get(id);
    return kind === 'imagePlaneModule' && one ? planeOf(one) : undefined;
  };
  metaData.addProvider(provide, 1000);
  return (report, ctImages) => {
    images.clear();
    const idOf = {};
    for (const one of ctImages) {
      images.set(`id:${one.SOPInstanceUID}`, one);
      idOf[`${one.SOPInstanceUID}:1`] = `id:${one.SOPInstanceUID}`;
    }
    return adapters.adaptersSR.Cornerstone3D.MeasurementReport.generateToolState(report, idOf, { get: provide });
  };
}

function planeOf(image) {
  const across = image.ImageOrientationPatient.map(Number);
  const spacing = image.PixelSpacing.map(Number);
  return {
    frameOfReferenceUID: image.FrameOfReferenceUID,
    rows: image.Rows,
    columns: image.Columns,
    imageOrientationPatient: across,
    rowCosines: across.slice(0, 3),
    columnCosines: across.slice(3),
    imagePositionPatient: image.ImagePositionPatient.map(Number),
    pixelSpacing: spacing,
    rowPixelSpacing: spacing[0],
    columnPixelSpacing: spacing[1],
  };
}
exports.planeOf = planeOf;
