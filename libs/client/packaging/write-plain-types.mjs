// Writes what src/contract.ts exports as plain types. The contracts say everything once, as zod schemas; who installs the package has neither, and reads fields, not inference.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);
const ts = require('typescript');
const { routeTable } = require('@chat-backend/contracts');

const { TypeFlags, SymbolFlags } = ts;
const quoted = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`);
const comment = (text, indent) => (text === '' ? '' : `${indent}/** ${text.replaceAll('\n', ' ')} */\n`);
/** Literals are quoted as in the sources. */
const literal = (text) => text.replace(/^"(.*)"$/, "'$1'");

/** @param names what was printed before, by its text: it is called by its name from then on */
const createPrinter = (checker, place, names) => {
  const named = (text) => names.get(text) ?? text;

  const printUnion = (types, indent) => {
    const texts = types.map((type) => print(type, indent));
    // Of an optional field, and of what may be null: the rest may have a name.
    const [rest, absent] = [texts.filter((text) => text !== 'undefined' && text !== 'null'), texts.filter((text) => text === 'undefined' || text === 'null')];
    const whole = rest.includes('true') && rest.includes('false') ? [...rest.filter((text) => text !== 'true' && text !== 'false'), 'boolean'] : rest;
    return [named(whole.join(' | ')), ...absent.toSorted()].join(' | ');
  };

  const printField = (symbol, indent, summaries) => {
    const type = checker.getTypeOfSymbolAtLocation(symbol, place);
    const isOptional = (symbol.flags & SymbolFlags.Optional) !== 0;
    const text = summaries?.get(symbol.name) ?? ts.displayPartsToString(symbol.getDocumentationComment(checker));
    return `${comment(text, indent)}${indent}${quoted(symbol.name)}${isOptional ? '?' : ''}: ${print(type, indent)};\n`;
  };

  const printFields = (type, indent, summaries) => {
    const fields = checker.getPropertiesOfType(type).map((symbol) => printField(symbol, `${indent}  `, summaries));
    return `{\n${fields.join('')}${indent}}`;
  };

  const printObject = (type, indent) => {
    if (checker.isArrayType(type)) {
      const [item] = checker.getTypeArguments(type);
      const text = print(item, indent);
      return item.isUnion() && text.includes(' | ') ? `(${text})[]` : `${text}[]`;
    }
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
    if (index !== undefined) return `Record<string, ${print(index.type, indent)}>`;
    const name = names.get(printFields(type, ''));
    return name ?? printFields(type, indent);
  };

  const print = (type, indent) => {
    if (type.isUnion()) return printUnion(type.types, indent);
    if (type.flags & TypeFlags.NonPrimitive) return 'object';
    if (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) return printObject(type, indent);
    if (type.flags & (TypeFlags.Any | TypeFlags.Unknown)) throw new Error('The contracts leave open what this is: a field of type any or unknown');
    return literal(checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation));
  };

  return { print, printFields };
};

const readProgram = (folder) => {
  const { config } = ts.readConfigFile(resolve(folder, 'tsconfig.build.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, folder);
  return ts.createProgram([resolve(folder, 'src/contract.ts')], { ...options, noEmit: true });
};

/** What each call does, and as what it may be refused beside what every call can meet. */
const summaries = new Map(routeTable.map(({ name, summary, refusals }) => [name, refusals.length === 0 ? summary : `${summary} Refused as ${refusals.join(', ')}.`]));

/** @returns a declaration file that exports what `src/contract.ts` of the folder exports, and imports nothing */
export const writePlainTypes = (folder) => {
  const program = readProgram(folder);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(resolve(folder, 'src/contract.ts'));
  const [names, declarations] = [new Map(), []];
  const printer = createPrinter(checker, source, names);
  for (const exported of checker.getExportsOfModule(checker.getSymbolAtLocation(source))) {
    const symbol = exported.flags & SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const type = checker.getDeclaredTypeOfSymbol(symbol);
    const isObject = !type.isUnion() && checker.getPropertiesOfType(type).length > 0 && (type.flags & (TypeFlags.Object | TypeFlags.Intersection)) !== 0;
    const text = isObject ? printer.printFields(type, '', exported.name === 'Requests' ? summaries : undefined) : printer.print(type, '');
    const about = comment(ts.displayPartsToString(symbol.getDocumentationComment(checker)), '');
    declarations.push(`${about}${isObject ? `export interface ${exported.name} ${text}` : `export type ${exported.name} = ${text};`}\n`);
    names.set(text, exported.name);
  }
  return declarations.join('\n');
};
