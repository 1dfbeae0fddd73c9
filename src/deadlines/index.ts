export { addDays, addMonths, type Day, dayIn, dutchHolidays, easter, isWorkingDay, toWorkingDay } from './calendar.ts'
export { type DueDays, hoursAfter, monthsAfter } from './term.ts'
