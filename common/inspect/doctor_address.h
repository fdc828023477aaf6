/*
 * doctor_address: ask the address of the site for what everybody else gets
 * there: is it reached, is it this site, does its nginx know the programs.
 *
 * Error handling: no function fails; what is wrong is a finding.
 */
#ifndef DOCTOR_ADDRESS_H
#define DOCTOR_ADDRESS_H

#include "app/app.h"
#include "base/findings.h"

void doctor_address(const struct app *app, struct findings *found);

#endif
