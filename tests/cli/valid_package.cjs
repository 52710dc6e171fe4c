// valid_package.cjs DATAPACKAGE.json: the descriptor by the specification's schemas, and every row of every table by its
// table schema, keys of other tables included. Offline.
const path = require('path');
const { Package } = require('datapackage');

async function main(file) {
  const folder = path.dirname(path.resolve(file));
  const descriptor = JSON.parse(require('fs').readFileSync(file, 'utf8'));
  const dataPackage = await Package.load(descriptor, { basePath: folder, strict: true });
  let tables = 0;
  for (const resource of dataPackage.resources) {
    if (!resource.tabular) continue;
    tables += 1;
    try {
      await resource.read({ relations: true });
      await resource.checkRelations();
    } catch (error) {
      const errors = error.multiple ? error.errors.slice(0, 5).map((one) => one.message).join('\n  ') : error.message;
      throw new Error(`${resource.name}: ${errors}`);
    }
  }
  if (tables < 10) throw new Error(`only ${tables} tables have a schema`);
}

main(process.argv[2]).catch((error) => {
  console.error(error.multiple ? error.errors.map((one) => one.message).join('\n') : error.message);
  process.exit(1);
});
