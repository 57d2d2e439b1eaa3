/** Common family names with how many thousand people bear them. */
export const FAMILY_NAMES = `
Smith 2443, Johnson 1933, Williams 1625, Brown 1437, Jones 1425, Garcia 1166, Miller 1161, Davis 1116, Rodriguez 1095,
Martinez 1060, Hernandez 1043, Lopez 875, Gonzalez 841, Wilson 802, Anderson 784, Thomas 756, Taylor 751, Moore 724,
Jackson 708, Martin 703, Lee 693, Perez 682, Thompson 665, White 660, Harris 624, Sanchez 613, Clark 563, Ramirez 557,
Lewis 532, Robinson 530, Walker 523, Young 484, Allen 483, King 465, Wright 459, Scott 440, Torres 438, Nguyen 438,
Hill 435, Flores 434, Green 430, Adams 428, Nelson 425, Baker 419, Hall 407, Rivera 391, Campbell 386, Mitchell 384,
Carter 377, Roberts 377, Gomez 366, Phillips 361, Evans 355, Turner 349, Diaz 347, Parker 336, Cruz 335, Edwards 332,
Collins 330, Reyes 328, Stewart 324, Morris 319, Morales 311, Murphy 309, Cook 303, Rogers 302, Gutierrez 293, Ortiz 287,
Morgan 287, Cooper 280, Peterson 278, Bailey 277, Reed 277, Kelly 267, Howard 265, Ramos 263, Kim 262, Cox 262, Ward 260,
Richardson 259, Watson 252, Brooks 251, Chavez 250, Wood 250, James 249, Bennett 247, Gray 246, Mendoza 243, Ruiz 240,
Hughes 236, Price 235, Alvarez 234, Castillo 231, Sanders 231, Patel 230, Myers 229, Long 227, Ross 227, Foster 225,
Jimenez 221, Powell 220, Jenkins 217, Perry 217, Russell 215, Sullivan 213, Bell 211, Coleman 211, Butler 210,
Henderson 208, Barnes 207, Gonzales 206, Fisher 206, Vasquez 205, Simmons 203, Romero 201, Jordan 200, Patterson 198,
Alexander 198, Hamilton 197, Graham 197, Reynolds 196, Griffin 196, Wallace 195, Moreno 194, West 193, Cole 192,
Hayes 191, Bryant 190, Herrera 189, Gibson 187, Ellis 185, Tran 184, Medina 183, Aguilar 182, Stevens 181, Murray 180,
Ford 180, Castro 179, Marshall 178, Owens 178, Harrison 177, Fernandez 176, McDonald 175, Woods 174, Washington 173,
Kennedy 172, Wells 171, Vargas 170, Henry 169, Chen 169, Freeman 168, Webb 167, Tucker 166, Guzman 165, Burns 164,
Crawford 163, Olson 162, Simpson 161, Porter 160, Hunter 159, Gordon 158, Mendez 157, Silva 156, Shaw 155, Snyder 154,
Mason 153, Dixon 152, Munoz 151, Hunt 150, Hicks 149, Holmes 148, Palmer 147, Wagner 146, Black 145, Robertson 144,
Boyd 143, Rose 142, Stone 141, Salazar 140, Fox 139, Warren 138, Mills 137, Meyer 136, Rice 135, Schmidt 134, Garza 133,
Daniels 132, Ferguson 131, Nichols 130, Stephens 129, Soto 128, Weaver 127, Ryan 126, Gardner 125, Payne 124, Grant 123,
Dunn 122, Kelley 121, Spencer 120, Hawkins 119, Arnold 118, Pierce 117, Hansen 116, Peters 115, Santos 114, Hart 113,
Bradley 112, Knight 111, Elliott 110, Cunningham 109, Duncan 108, Armstrong 107, Hudson 106, Carroll 105, Lane 104,
Riley 103, Andrews 102, Alvarado 101, Ray 100, Delgado 99, Berry 98, Perkins 97, Hoffman 96, Johnston 95, Matthews 94,
Peña 93, Richards 92, Contreras 91, Willis 90, Carpenter 89, Lawrence 88, Sandoval 87, Guerrero 86, George 85, Chapman 84,
Rios 83, Estrada 82, Ortega 81, Watkins 80, Greene 79, Nuñez 78, Wheeler 77, Valdez 76, Harper 75, Burke 74, Larson 73,
Santiago 72, Maldonado 71, Morrison 70, Franklin 69, Carlson 68, Austin 67, Dominguez 66, Carr 65, Lawson 64, O'Brien 63,
Jacobs 62, Lynch 61, Singh 60, Vega 59, Bishop 58, Montgomery 57, Oliver 56, Jensen 55, Harvey 54, Williamson 53,
Gilbert 52, Dean 51, Sims 50, Espinoza 49, Howell 48, Li 47, Wong 46, Reid 45, Hanson 44, Le 43, McCoy 42, Garrett 41,
Burton 40, Fuller 39, Wang 38, Weber 37, Welch 36, Rojas 35, Lucas 34, Marquez 33, Fields 32, Park 31, Yang 30`;

/** Given names of women with a weight. */
export const WOMEN = `
Jessica 47, Ashley 46, Brittany 37, Amanda 34, Samantha 26, Sarah 26, Stephanie 25, Jennifer 22, Elizabeth 21, Lauren 20,
Megan 20, Emily 19, Nicole 18, Kayla 18, Amber 16, Rachel 16, Courtney 15, Danielle 14, Heather 13, Melissa 13, Rebecca 13,
Michelle 12, Tiffany 12, Chelsea 12, Christina 11, Katherine 11, Alyssa 11, Jasmine 10, Laura 10, Hannah 10, Kimberly 10,
Kelsey 10, Victoria 10, Sara 9, Mary 9, Erica 9, Alexandra 9, Amy 9, Crystal 8, Andrea 8, Kelly 8, Kristen 8, Erin 8,
Brittney 8, Anna 8, Taylor 7, Maria 7, Allison 7, Cassandra 7, Caitlin 7, Lindsey 7, Angela 7, Katie 6, Alicia 6, Jamie 6,
Vanessa 6, Kathryn 6, Morgan 6, Jordan 6, Whitney 6, Brianna 6, Christine 5, Natalie 5, Lisa 5, Kathleen 5, Alexis 5,
Shelby 5, Erika 5, Julia 5, Monica 5, Bianca 4, Natasha 4, Ariel 4, Gabrielle 4, Olivia 4, Diana 4, Veronica 4, Catherine 4,
Sofía 3, Abigail 3, Grace 3, Emma 3, Chloé 3, Zoe 3, Leah 3, Margaret 3, Naomi 2, Camila 2, Aaliyah 2, Priya 2, Mei 2, Linh 2,
Fatima 2, Ingrid 1, Noor 1, Yuki 1`;

/** Given names of men with a weight. */
export const MEN = `
Michael 65, Christopher 52, Matthew 45, Joshua 43, Daniel 33, David 33, Andrew 33, James 32, Justin 31, Joseph 30, Ryan 29,
John 29, Robert 28, Nicholas 27, Anthony 27, William 26, Jonathan 25, Kyle 23, Brandon 23, Jacob 22, Tyler 21, Zachary 20,
Kevin 19, Eric 18, Steven 18, Thomas 17, Brian 17, Alexander 16, Jordan 15, Timothy 14, Cody 14, Adam 13, Benjamin 13,
Aaron 13, Richard 12, Patrick 11, Sean 11, Charles 11, Stephen 10, Jeremy 10, Jose 10, Travis 10, Jeffrey 9, Nathan 9,
Samuel 9, Mark 9, Jason 8, Jesse 8, Paul 8, Dustin 8, Gregory 7, Kenneth 7, Scott 7, Derek 7, Austin 7, Corey 6, Bryan 6,
Ethan 6, Alex 6, Christian 6, Juan 6, Cameron 6, Jared 5, Taylor 5, Bradley 5, Luis 5, Carlos 5, Shane 5, Evan 5, Peter 5,
Marcus 5, Gabriel 4, Victor 4, Antonio 4, Ian 4, Edward 4, Keith 4, Miguel 4, Logan 4, Dylan 4, Noah 3, Lucas 3, Adrian 3,
Trevor 3, Isaac 3, Elijah 3, Mason 2, José 2, Andrés 2, Omar 2, Hiroshi 1, Arjun 2, Wei 2, Minh 2, Lars 1, Amir 1`;
