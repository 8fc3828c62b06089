// mercurius with graphql-jit and loaders on fastify, as its documentation shows it. What it is told comes on stdin.
'use strict'

const { createHash, randomUUID } = require('node:crypto')
const { readFileSync } = require('node:fs')
const path = require('node:path')
const readline = require('node:readline')
const fastify = require('fastify')
const { GraphQLScalarType } = require('graphql')
const mercurius = require('mercurius')
const { Pool, types } = require('pg')
const sql = require('./relations.js')

const CONNECTIONS = 8
const BANK = '313800105'

// Days stay as they are written, and amounts are numbers.
types.setTypeParser(types.builtins.DATE, (text) => text)
types.setTypeParser(types.builtins.INT8, Number)

function resolversOf(pool, leaveOut) {
  let named = 0
  // A name makes it a prepared statement on each connection.
  const statement = (text) => {
    const name = `s${named++}`
    return async (...values) => (await pool.query({ name, text, values })).rows
  }

  const many = (text, keyOf, ...more) => {
    const fetch = statement(text)
    return {
      async loader(queries) {
        const found = new Map()
        for (const { obj } of queries) found.set(keyOf(obj), [])
        for (const row of await fetch([...found.keys()], ...more)) found.get(row.key).push(row)
        return queries.map(({ obj }) => found.get(keyOf(obj)))
      },
      opts: { cache: false }
    }
  }

  const single = (text, keyOf) => {
    const fetch = statement(text)
    return {
      async loader(queries) {
        const rows = await fetch(queries.map(({ obj }) => keyOf(obj)))
        const found = new Map(rows.map((row) => [row.key, row]))
        return queries.map(({ obj }) => found.get(keyOf(obj)) ?? null)
      },
      opts: { cache: false }
    }
  }

  const byId = (row) => row.id
  const one = statement(sql.one)
  const page = statement(sql.page)
  const submit = statement(readFileSync(path.join(__dirname, '..', 'sql', 'q3.sql'), 'utf8'))
  const shown = (name) => (loan) => (loan.isOut ? null : loan[name])

  const resolvers = {
    Date: new GraphQLScalarType({ name: 'Date' }),
    DateTime: new GraphQLScalarType({ name: 'DateTime', serialize: (moment) => moment.toISOString() }),
    Query: {
      case: async (_, { id }) => (await one(id))[0] ?? null,
      cases: async (_, { first }, { unit }) => ({ nodes: await page(unit, first) })
    },
    Mutation: {
      async submitMortgageDefaults(_, { input }) {
        const [row] = input.rows
        const [id, receipt] = [randomUUID(), randomUUID()]
        const digest = createHash('sha256').update(input.idempotencyKey).digest('hex')
        const { debtorName: name, debtorAddress: address } = row
        const [{ received_at: receivedAt }] = await submit(
          id, BANK, input.idempotencyKey, digest, receipt, row.loanType, row.loanRef, row.debtorNationalId,
          name.first, name.last, address.line, address.postalCode, address.place, row.firstUnpaidDue, row.unpaidTerms,
          row.arrears, row.interestAccrued, row.consentId
        )
        const accepted = { rowNo: 1, receipt, basis: 'BANK_CUSTOMER_CONSENT', isLate: false }
        return { id, receivedAt, acceptedCount: 1, rejectedCount: 0, rows: [accepted] }
      }
    },
    Person: { name: (person) => (person.first === null && person.last === null ? null : person) },
    Dwelling: { address: (home) => ((home.line ?? home.postalCode ?? home.place) === null ? null : home) },
    MortgageLoan: Object.fromEntries(
      ['id', 'loanType', 'loanRef', 'principal', 'outstanding', 'status'].map((name) => [name, shown(name)])
    )
  }

  const lists = Object.entries(sql.lists).map(([name, text]) => [name, many(text, byId)])
  const loaders = {
    Case: {
      ...Object.fromEntries(lists),
      mortgageLoans: many(sql.loans, byId, leaveOut),
      subject: single(sql.persons, (row) => row.subjectId),
      dwelling: single(sql.dwellings, (row) => row.dwellingId),
      household: single(sql.households, byId),
      plan: single(sql.plans, byId)
    },
    Household: { members: many(sql.members, (row) => row.caseId) },
    Tenancy: { claims: many(sql.claims, byId) },
    ProgressPlan: { steps: many(sql.steps, byId) }
  }
  return { resolvers, loaders }
}

async function serve({ port, database, leave_out: leaveOut }) {
  const address = new URL(database.replace('@/', '@localhost/'))
  const pool = new Pool({
    host: address.searchParams.get('host'),
    port: Number(address.searchParams.get('port')),
    database: decodeURIComponent(address.pathname.slice(1)),
    user: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
    max: CONNECTIONS,
    min: CONNECTIONS,
    idleTimeoutMillis: 0
  })
  const app = fastify()
  await app.register(mercurius, {
    schema: readFileSync(path.join(__dirname, 'schema.graphql'), 'utf8'),
    ...resolversOf(pool, leaveOut),
    context: (request) => ({ unit: request.headers['x-unit'] }),
    jit: 1
  })
  await app.listen({ host: '127.0.0.1', port })
  process.stdout.write('ready\n')
}

readline.createInterface({ input: process.stdin }).once('line', (line) => serve(JSON.parse(line)))
