// check.mjs URL: whether the OpenAPI document there is valid by the specification's own schema.
import { Validator } from '@seriousme/openapi-schema-validator';

const answer = await fetch(process.argv[2]);
const validator = new Validator();
const { valid, errors } = await validator.validate(await answer.json());
if (!valid) {
  console.error(JSON.stringify(errors, null, 1));
  process.exit(1);
}
if (validator.version !== '3.1') {
  console.error(`the document was taken for OpenAPI ${validator.version}`);
  process.exit(1);
}
console.log(`valid OpenAPI ${validator.version}`);
